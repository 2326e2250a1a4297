import type { Store } from '../log/open-store.ts';
import { quarterOf } from '../log/schema.ts';
import type { ColdMonth } from './cold-months.ts';
import type { RowVersion } from './cold-row.ts';

/**
 * What the thread of the cold tier asks of the writer, each in a transaction of its own.
 *
 * - `record`: the file is on the disk and was read back: from this commit on it counts.
 * - `forget`: these versions are in a file that counts. Of the store's rows those go that are still these versions, so that
 *   what was corrected or confirmed since stays.
 */
export type ColdWork =
  | { readonly kind: 'record'; readonly month: Omit<ColdMonth, 'change'> }
  | { readonly kind: 'forget'; readonly versions: readonly RowVersion[] };

/** Rows that one transaction forgets: some milliseconds of the writer's time. */
export const FORGET_ROWS_MAX = 500;

/** Carries work out inside the caller's transaction. */
export type ColdWorker = (work: ColdWork) => void;

export function createColdWorker(store: Store): ColdWorker {
  const record = store.prepare(`
    INSERT INTO cold_month (organisation, month, rows, bytes, dropping, change)
    VALUES (?, ?, ?, ?, ?, (SELECT coalesce(max(change), 0) + 1 FROM cold_month))
    ON CONFLICT (organisation, month) DO UPDATE SET rows = excluded.rows, bytes = excluded.bytes,
      dropping = excluded.dropping, change = excluded.change`);
  const forget = store.prepare(`
    DELETE FROM series
    WHERE quarter = ? AND datastream = ? AND begin_ms = ? AND revision = ? AND confirmed_revision = ?`);
  return (work) => {
    if (work.kind === 'record') {
      const { organisation, month, rows, bytes, dropping } = work.month;
      record.run(organisation, month, rows, bytes, dropping ? 1 : 0);
      return;
    }
    for (const { datastream, beginMs, revision, confirmedRevision } of work.versions) {
      forget.run(quarterOf(beginMs), datastream, beginMs, revision, confirmedRevision);
    }
  };
}
