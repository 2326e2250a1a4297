import { BLOCK_ENTRIES } from './entry-block.ts';
import type { ViewIndex } from './open-index.ts';

/** Rows that one step deletes of one table. */
const STEP_ROWS = 2_000;
const STEP_PAGES = 500;

/** Deletes what retention has dropped from the index, a bounded part at a time, in the caller's transaction. */
export interface DroppedForgetter {
  /**
   * @param month the first that is kept, `2026-11`
   * @param firstOrdinal of the first member of that month
   * @returns whether anything was deleted: then there may be more
   */
  forget(view: number, month: string, firstOrdinal: number): boolean;
  /** Gives a bounded part of the room back to the disk; outside of a transaction. */
  reclaim(): void;
}

export function createDroppedForgetter(index: ViewIndex): DroppedForgetter {
  const oldBuckets = index.prepare<[number, string], { id: number }>(
    `SELECT id FROM bucket WHERE view = ? AND path < ? LIMIT ${STEP_ROWS}`,
  );
  const deletePages = index.prepare<[number, number]>(
    `DELETE FROM page WHERE bucket = ? AND number IN (SELECT number FROM page WHERE bucket = ? LIMIT ${STEP_ROWS})`,
  );
  const deleteBucket = index.prepare<[number]>('DELETE FROM bucket WHERE id = ?');
  const deleteBranches = index.prepare<[number, number, string, string]>(`
    DELETE FROM branch WHERE view = ? AND (parent, segment) IN (
      SELECT parent, segment FROM branch WHERE view = ? AND parent < ? AND (parent <> '' OR segment < ?)
      LIMIT ${STEP_ROWS})`);
  const deleteBlocks = index.prepare<[number, number, number]>(`
    DELETE FROM block WHERE view = ? AND number IN (
      SELECT number FROM block WHERE view = ? AND number < ? LIMIT ${STEP_ROWS})`);

  const forgetBuckets = (view: number, month: string): number => {
    let deleted = 0;
    for (const { id } of oldBuckets.all(view, month)) {
      const pages = deletePages.run(id, id).changes;
      if (pages < STEP_ROWS) deleteBucket.run(id);
      deleted += pages + 1;
      if (deleted >= STEP_ROWS) break;
    }
    return deleted;
  };

  return {
    forget(view, month, firstOrdinal) {
      const deleted =
        forgetBuckets(view, month) +
        deleteBranches.run(view, view, month, month).changes +
        deleteBlocks.run(view, view, Math.floor(firstOrdinal / BLOCK_ENTRIES)).changes;
      return deleted > 0;
    },
    reclaim: () => void index.exec(`PRAGMA incremental_vacuum(${STEP_PAGES})`),
  };
}
