import type { EpochMs } from '@meetbrug/protocols/observation';
import { mergeRows } from '../cold/cold-row.ts';
import { coldRowsOf } from '../cold/cold-rows.ts';
import type { Store } from '../log/open-store.ts';
import { quarterOf } from '../log/schema.ts';
import { fromStoredValue, type StoredValue } from '../log/stored-value.ts';
import { createSeriesReader } from '../timeseries/read-series.ts';
import type { SourceRow } from './day-verdict.ts';

/** Reads the current versions that products are computed from, from the store and from the files of closed months. */
export interface SourceRows {
  /** All rows that begin from `fromMs` to before `toMs`, at most {@link ROWS_OF_DAY_MAX}; undefined when there are more. */
  all(datastream: number, fromMs: EpochMs, toMs: EpochMs): readonly SourceRow[] | undefined;
  /** The next rows from `fromMs` on; `nextFromMs` undefined when there are no more. */
  next(
    datastream: number,
    fromMs: EpochMs,
    limit: number,
  ): { readonly rows: readonly SourceRow[]; readonly nextFromMs: EpochMs | undefined };
}

/** A row a second for 25 hours. */
export const ROWS_OF_DAY_MAX = 90_000;

export function createSourceRows(store: Store): SourceRows {
  const reader = createSeriesReader(store);
  const cold = coldRowsOf(store);
  const latest = store.prepare<[number], { beginMs: number }>(
    'SELECT begin_ms AS beginMs FROM latest WHERE datastream = ?',
  );
  // One question for all quarters of a day spares a call for each.
  const ofQuarters = store.prepare<[string, number, number, number, number], DayRow>(`
    SELECT begin_ms AS beginMs, mantissa, scale, below, quality, revision FROM series
    WHERE quarter IN (SELECT value FROM json_each(?)) AND datastream = ? AND begin_ms >= ? AND begin_ms < ?
    ORDER BY begin_ms LIMIT ?`);
  const read = (datastream: number, fromMs: EpochMs, toMs: EpochMs, limit: number) => {
    const { rows, nextFromMs } = reader.observations({ datastream, fromMs, toMs, limit });
    const found = rows.map((row): SourceRow => {
      return { datastream, beginMs: row.beginMs, value: fromStoredValue(row), quality: row.quality };
    });
    return { rows: found, nextFromMs };
  };
  return {
    all(datastream, fromMs, toMs) {
      const limit = ROWS_OF_DAY_MAX + 1;
      const hot = ofQuarters.all(quartersText(fromMs, toMs), datastream, fromMs, toMs, limit);
      const kept = cold.rows({ datastream, fromMs, toMs, limit });
      const rows = mergeRows<DayRow>(hot, kept, (a, b) => a.beginMs - b.beginMs);
      if (rows.length > ROWS_OF_DAY_MAX) return undefined;
      return rows.map((row) => ({
        datastream,
        beginMs: row.beginMs,
        value: fromStoredValue(row),
        quality: row.quality,
      }));
    },
    next(datastream, fromMs, limit) {
      const newest = latest.get(datastream)?.beginMs;
      return newest === undefined ? { rows: [], nextFromMs: undefined } : read(datastream, fromMs, newest + 1, limit);
    },
  };
}

interface DayRow extends StoredValue {
  readonly beginMs: EpochMs;
  readonly quality: number;
  readonly revision: number;
}

function quartersText(fromMs: EpochMs, toMs: EpochMs): string {
  const first = quarterOf(fromMs);
  return JSON.stringify(Array.from({ length: quarterOf(toMs - 1) - first + 1 }, (_, index) => first + index));
}
