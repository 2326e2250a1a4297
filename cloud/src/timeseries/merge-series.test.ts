import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quarterOf } from '../log/schema.ts';
import { openTestStore } from '../log/test-store.ts';
import { mergeSeries } from './merge-series.ts';
import { createSeriesReader } from './read-series.ts';

/** Begins in tenths of an hour, so that several in a quarter, empty quarters and ties all occur. */
const series = fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 12 }), {
  minLength: 1,
  maxLength: 4,
});

test('several series read page by page are one series in time order, without gap or repeat', () => {
  const { store } = openTestStore();
  const insert = store.prepare(`
    INSERT INTO series (quarter, datastream, begin_ms, result_ms, mantissa, scale, quality, revision, confirmed_revision,
      stamp_ms) VALUES (?, ?, ?, 0, 1, 0, 0, 1, 1, 0)`);
  const reader = createSeriesReader(store);
  fc.assert(
    fc.property(series, fc.integer({ min: 1, max: 5 }), (all, limit) => {
      store.exec('DELETE FROM series');
      const begins = all.map((tenths) => tenths.map((tenth) => tenth * 360_000));
      begins.forEach((of, datastream) => {
        for (const begin of of) insert.run(quarterOf(begin), datastream, begin);
      });
      const read: string[] = [];
      for (let fromMs: number | undefined = 0; fromMs !== undefined; ) {
        const from = fromMs;
        const page = mergeSeries(
          begins.map((_, datastream) => ({
            datastream: String(datastream),
            page: reader.observations({ datastream, fromMs: from, toMs: 36_000_000, limit }),
          })),
          limit,
        );
        read.push(...page.rows.map(({ datastream, row }) => `${row.beginMs} ${datastream}`));
        expect(page.nextFromMs ?? Number.POSITIVE_INFINITY).toBeGreaterThan(from);
        fromMs = page.nextFromMs;
      }
      const expected = begins
        .flatMap((of, datastream) => of.map((begin) => [begin, datastream] as const))
        .sort(([a, x], [b, y]) => a - b || x - y)
        .map(([begin, datastream]) => `${begin} ${datastream}`);
      expect(read).toEqual(expected);
    }),
    { seed: 21, numRuns: 300 },
  );
});
