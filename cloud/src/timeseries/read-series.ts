import type { Store } from '../log/open-store.ts';
import { hourOf } from '../log/schema.ts';

/** The current version of one observation. */
export interface SeriesRow {
  readonly beginMs: number;
  readonly endMs: number | null;
  readonly resultMs: number;
  readonly mantissa: number;
  readonly scale: number;
  readonly quality: number;
  readonly revision: number;
  readonly stampMs: number;
}

export interface SeriesRange {
  readonly datastream: number;
  /** First begin that belongs to the range. */
  readonly fromMs: number;
  /** First begin that no longer belongs to it. */
  readonly toMs: number;
  readonly limit: number;
}

export interface SeriesPage {
  /** In order of begin. */
  readonly rows: readonly SeriesRow[];
  /** Where to go on; undefined when the range is exhausted. */
  readonly nextFromMs: number | undefined;
}

export interface SeriesReader {
  observations(range: SeriesRange): SeriesPage;
}

/** Hours that one read looks into: an almost empty range of years is read in several steps. */
export const HOURS_PER_READ_MAX = 20_000;

const COLUMNS = `begin_ms AS beginMs, end_ms AS endMs, result_ms AS resultMs, mantissa, scale, quality, revision,
  stamp_ms AS stampMs`;

/** Reads the time series: one short read an hour, none held open. */
export function createSeriesReader(store: Store): SeriesReader {
  const selectHour = store.prepare<[number, number, number, number, number], SeriesRow>(`
    SELECT ${COLUMNS} FROM series
    WHERE hour = ? AND datastream = ? AND begin_ms >= ? AND begin_ms < ? ORDER BY begin_ms LIMIT ?`);
  const selectNextHour = store.prepare<[number], { hour: number }>(
    'SELECT hour FROM series WHERE hour >= ? ORDER BY hour LIMIT 1',
  );

  return {
    observations({ datastream, fromMs, toMs, limit }) {
      const rows: SeriesRow[] = [];
      let hour = hourOf(fromMs);
      for (let visited = 0; visited < HOURS_PER_READ_MAX; visited++) {
        // Skips the hours in which nobody measured anything.
        const next = selectNextHour.get(hour)?.hour;
        if (next === undefined || next * 3_600_000 >= toMs) return { rows, nextFromMs: undefined };
        rows.push(...selectHour.all(next, datastream, fromMs, toMs, limit + 1 - rows.length));
        if (rows.length > limit) return { rows: rows.slice(0, limit), nextFromMs: rows[limit]?.beginMs };
        hour = next + 1;
      }
      return { rows, nextFromMs: hour * 3_600_000 };
    },
  };
}
