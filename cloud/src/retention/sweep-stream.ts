import { coldRowsOf } from '../cold/cold-rows.ts';
import { ColdFileUnreadable } from '../cold/open-cold-file.ts';
import type { Store } from '../log/open-store.ts';
import { quarterOf } from '../log/schema.ts';

/** A stream of which something may have expired, and how far it was looked through. */
export interface Sweep {
  readonly stream: number;
  readonly table: 'log' | 'outside_log' | 'all_log';
  readonly cutoffMs: number;
  readonly nextOrdinal: number;
}

/** Rows that one transaction looks at: some milliseconds of the writer's time. */
const STEP_ROWS = 500;

interface LogRow {
  readonly ordinal: number;
  readonly stampMs: number;
  readonly datastream: number;
  readonly beginMs: number;
  readonly revision: number;
  /** Whether it is the newest version of its datastream. */
  readonly isNewest: number;
}

/**
 * Deletes what has expired of a stream, oldest first, a bounded part in the caller's transaction. An observation leaves the
 * series with the log row of its current version, so that all doors show the same. What is in a cold file stays there: readers
 * pass over it, and the cold tier drops it with the month. A member from outside leaves its content only: that it was there
 * stays known.
 * @returns where to go on; undefined when nothing that has expired is left
 */
export function createSweeper(store: Store): (sweep: Sweep) => Sweep | undefined {
  const statements = prepare(store);
  const cold = coldRowsOf(store);

  const isKnown = ({ datastream, beginMs }: LogRow): boolean => {
    if (statements.findSeries.get(quarterOf(beginMs), datastream, beginMs) !== undefined) return true;
    try {
      return cold.find(datastream, beginMs) !== undefined;
    } catch (error) {
      // What the file holds nobody can say now: its earlier versions stay.
      if (error instanceof ColdFileUnreadable) return true;
      throw error;
    }
  };
  const remove = (stream: number, row: LogRow) => {
    const { ordinal, datastream, beginMs, revision, stampMs } = row;
    statements.deleteLog.run(stream, ordinal);
    statements.deleteSeries.run(quarterOf(beginMs), datastream, beginMs, revision, stampMs);
    const hasEarlier = statements.findEarlier.get(datastream, beginMs) !== undefined;
    if (hasEarlier && !isKnown(row)) statements.deleteEarlier.run(datastream, beginMs);
  };

  return (sweep) => {
    const { stream, table, cutoffMs, nextOrdinal } = sweep;
    if (table === 'all_log') {
      const rows = statements.allRows.all(stream, nextOrdinal, STEP_ROWS);
      const old = rows.filter(({ stampMs }) => stampMs < cutoffMs);
      for (const { ordinal, isGone } of old) if (isGone === 1) statements.deleteAll.run(stream, ordinal);
      return goOn(sweep, old, STEP_ROWS);
    }
    if (table === 'outside_log') {
      const rows = statements.outsideRows.all(stream, nextOrdinal, STEP_ROWS);
      const expired = rows.filter(({ stampMs }) => stampMs < cutoffMs);
      for (const { ordinal } of expired) statements.deleteOutside.run(stream, ordinal);
      if (expired.length > 0) statements.countRemoved.run(expired.length, stream);
      return goOn(sweep, expired, STEP_ROWS);
    }
    const old = statements.logRows.all(stream, nextOrdinal, STEP_ROWS).filter(({ stampMs }) => stampMs < cutoffMs);
    const expired = old.filter(({ beginMs, isNewest }) => beginMs < cutoffMs && isNewest === 0);
    for (const row of expired) remove(stream, row);
    if (expired.length > 0) statements.countRemoved.run(expired.length, stream);
    return goOn(sweep, old, STEP_ROWS);
  };
}

function goOn(sweep: Sweep, old: readonly { readonly ordinal: number }[], asked: number): Sweep | undefined {
  const last = old.at(-1);
  return last === undefined || old.length < asked ? undefined : { ...sweep, nextOrdinal: last.ordinal + 1 };
}

function prepare(store: Store) {
  return {
    logRows: store.prepare<[number, number, number], LogRow>(`
      SELECT log.ordinal, log.stamp_ms AS stampMs, log.datastream, log.begin_ms AS beginMs, log.revision,
        coalesce(latest.begin_ms = log.begin_ms AND latest.revision = log.revision, 0) AS isNewest
      FROM log LEFT JOIN latest ON latest.datastream = log.datastream
      WHERE log.stream = ? AND log.ordinal >= ? ORDER BY log.ordinal LIMIT ?`),
    deleteLog: store.prepare('DELETE FROM log WHERE stream = ? AND ordinal = ?'),
    deleteSeries: store.prepare(
      'DELETE FROM series WHERE quarter = ? AND datastream = ? AND begin_ms = ? AND revision = ? AND stamp_ms = ?',
    ),
    findSeries: store.prepare<[number, number, number]>(
      'SELECT 1 FROM series WHERE quarter = ? AND datastream = ? AND begin_ms = ?',
    ),
    findEarlier: store.prepare<[number, number]>(
      'SELECT 1 FROM earlier_version WHERE datastream = ? AND begin_ms = ? LIMIT 1',
    ),
    deleteEarlier: store.prepare('DELETE FROM earlier_version WHERE datastream = ? AND begin_ms = ?'),
    countRemoved: store.prepare('UPDATE stream_cutoff SET removed = removed + ? WHERE stream = ?'),
    outsideRows: store.prepare<[number, number, number], { ordinal: number; stampMs: number }>(
      'SELECT ordinal, stamp_ms AS stampMs FROM outside_log WHERE stream = ? AND ordinal >= ? ORDER BY ordinal LIMIT ?',
    ),
    deleteOutside: store.prepare('DELETE FROM outside_log WHERE stream = ? AND ordinal = ?'),
    // Places of members that are gone: the views of the stream have dropped them before.
    allRows: store.prepare<[number, number, number], { ordinal: number; stampMs: number; isGone: number }>(`
      SELECT all_log.ordinal, all_log.stamp_ms AS stampMs, log.ordinal IS NULL AS isGone
      FROM all_log LEFT JOIN log ON log.stream = all_log.source_stream AND log.ordinal = all_log.source_ordinal
      WHERE all_log.stream = ? AND all_log.ordinal >= ? ORDER BY all_log.ordinal LIMIT ?`),
    deleteAll: store.prepare('DELETE FROM all_log WHERE stream = ? AND ordinal = ?'),
  };
}
