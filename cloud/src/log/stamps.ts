import type { LogTable } from './log-table.ts';
import type { Store } from './open-store.ts';

/** Finds the stamp of a member; undefined for one that is not in the store. */
export type StampFinder = (table: LogTable, streamId: number, ordinal: number) => number | undefined;
/** The same; throws for one that is not in the store. */
export type StampReader = (table: LogTable, streamId: number, ordinal: number) => number;

export function createStampFinder(store: Store): StampFinder {
  const prepare = (table: LogTable) =>
    store.prepare<[number, number], { stamp_ms: number }>(
      `SELECT stamp_ms FROM ${table} WHERE stream = ? AND ordinal = ?`,
    );
  const statements = {
    log: prepare('log'),
    entity_log: prepare('entity_log'),
    outside_log: prepare('outside_log'),
    all_log: prepare('all_log'),
  };
  return (table, streamId, ordinal) => statements[table].get(streamId, ordinal)?.stamp_ms;
}

export function createStampReader(store: Store): StampReader {
  const find = createStampFinder(store);
  return (table, streamId, ordinal) => {
    const stampMs = find(table, streamId, ordinal);
    if (stampMs === undefined) throw new Error(`member ${ordinal} of stream ${streamId} is not in ${table}`);
    return stampMs;
  };
}
