import { mergeRows } from '../cold/cold-row.ts';
import { coldRowsOf } from '../cold/cold-rows.ts';
import type { Store } from '../log/open-store.ts';
import { QUARTER_MS, quarterOf } from '../log/schema.ts';
import type { StoredValue } from '../log/stored-value.ts';

/** The current version of one observation. */
export interface SeriesRow extends StoredValue {
  readonly beginMs: number;
  readonly endMs: number | null;
  readonly resultMs: number;
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

/** Quarters of an hour that one read looks into: an almost empty range of years is read in several steps. */
export const QUARTERS_PER_READ_MAX = 20_000;

const COLUMNS = `begin_ms AS beginMs, end_ms AS endMs, result_ms AS resultMs, mantissa, scale, below, quality,
  revision, stamp_ms AS stampMs`;

/** Reads the time series, from the store and from the files of closed months. */
export function createSeriesReader(store: Store): SeriesReader {
  const hot = createHotReader(store);
  const cold = coldRowsOf(store);
  return {
    observations(range) {
      const page = hot.observations(range);
      const toMs = Math.min(range.toMs, page.nextFromMs ?? range.toMs);
      const kept = cold.rows({ ...range, toMs, limit: range.limit + 1 });
      if (kept.length === 0) return page;
      const rows = mergeRows<SeriesRow>(page.rows, kept, (a, b) => a.beginMs - b.beginMs);
      const next = rows[range.limit]?.beginMs;
      return next === undefined
        ? { rows, nextFromMs: page.nextFromMs }
        : { rows: rows.slice(0, range.limit), nextFromMs: next };
    },
  };
}

/** One short read a quarter of an hour, none held open. */
function createHotReader(store: Store): SeriesReader {
  const selectQuarter = store.prepare<[number, number, number, number, number], SeriesRow>(`
    SELECT ${COLUMNS} FROM series
    WHERE quarter = ? AND datastream = ? AND begin_ms >= ? AND begin_ms < ? ORDER BY begin_ms LIMIT ?`);
  const selectNextQuarter = store.prepare<[number], { quarter: number }>(
    'SELECT quarter FROM series WHERE quarter >= ? ORDER BY quarter LIMIT 1',
  );

  return {
    observations({ datastream, fromMs, toMs, limit }) {
      const rows: SeriesRow[] = [];
      let quarter = quarterOf(fromMs);
      for (let visited = 0; visited < QUARTERS_PER_READ_MAX; visited++) {
        if (quarter * QUARTER_MS >= toMs) return { rows, nextFromMs: undefined };
        const found = selectQuarter.all(quarter, datastream, fromMs, toMs, limit + 1 - rows.length);
        rows.push(...found);
        if (rows.length > limit) return { rows: rows.slice(0, limit), nextFromMs: rows[limit]?.beginMs };
        // Skips the time in which nobody measured anything; a dense series is not asked about it.
        const next = found.length > 0 ? quarter + 1 : selectNextQuarter.get(quarter + 1)?.quarter;
        if (next === undefined) return { rows, nextFromMs: undefined };
        quarter = next;
      }
      return { rows, nextFromMs: quarter * QUARTER_MS };
    },
  };
}
