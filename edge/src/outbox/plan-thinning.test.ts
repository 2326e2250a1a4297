import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { thinRow } from './plan-thinning.ts';
import type { StoredObservation } from './stored-observations.ts';

const INTERVAL_MS = 900_000;
const at = (id: number, beginMs: number, endMs: number | null = null): StoredObservation => [
  id,
  beginMs,
  endMs,
  beginMs,
  '1',
  0,
];

/** Thins rows that are given oldest first, as the outbox does: from the newest back. */
function thinAll(rows: readonly (readonly StoredObservation[])[], datastreamOf: (id: number) => string = String) {
  const kept = new Map<string, number>();
  return rows
    .toReversed()
    .map((row) => thinRow(row, datastreamOf, INTERVAL_MS, kept))
    .toReversed();
}

const keptTimes = (rows: ReturnType<typeof thinAll>) => rows.flatMap((row) => row.kept.map(([, beginMs]) => beginMs));

describe('thinning', () => {
  it('keeps the last value of an interval', () => {
    const rows = [0, 300_000, 600_000, 900_000, 1_200_000].map((ms) => [at(1, ms)]);
    expect(keptTimes(thinAll(rows))).toEqual([600_000, 1_200_000]);
  });

  it('tells datastreams apart, and takes two descriptions of one for one', () => {
    const rows = [[at(1, 0), at(2, 0)], [at(3, 1)]];
    const datastreamOf = (id: number) => (id === 2 ? 'b' : 'a');
    expect(thinAll(rows, datastreamOf).map(({ kept }) => kept.map(([id]) => id))).toEqual([[2], [3]]);
  });

  it('keeps the last correction of a value and not the value before it', () => {
    const rows = [[at(1, 5)], [at(1, 5)]];
    expect(thinAll(rows).map(({ kept }) => kept.length)).toEqual([0, 1]);
  });

  it('keeps every count and sum over an interval, whole', () => {
    const rows = [0, 1, 2].map((minute) => [at(1, minute * 60_000, (minute + 1) * 60_000)]);
    expect(keptTimes(thinAll(rows))).toEqual([0, 60_000, 120_000]);
  });

  it('loses nothing uncounted, and keeps the latest of each datastream and interval, in any order of arrival', () => {
    const observation = fc
      .record({ id: fc.integer({ min: 1, max: 3 }), beginMs: fc.integer({ min: 0, max: 5 * INTERVAL_MS }) })
      .map(({ id, beginMs }) => at(id, beginMs));
    fc.assert(
      fc.property(fc.array(fc.array(observation, { maxLength: 4 }), { maxLength: 30 }), (rows) => {
        const thinned = thinAll(rows);
        thinned.forEach(({ kept, dropped }, index) => {
          expect(new Set([...kept, ...dropped])).toEqual(new Set(rows[index]));
        });
        const name = ([id, beginMs]: StoredObservation) => `${id} ${Math.floor(beginMs / INTERVAL_MS)}`;
        const latest = (all: readonly StoredObservation[]) =>
          Object.entries(Object.groupBy(all, name)).map(([key, group = []]) => [
            key,
            Math.max(...group.map(([, beginMs]) => beginMs)),
          ]);
        const sorted = (pairs: (string | number | undefined)[][]) => pairs.sort();
        expect(sorted(latest(thinned.flatMap(({ kept }) => kept)))).toEqual(sorted(latest(rows.flat())));
      }),
      { seed: 41, numRuns: 200 },
    );
  });
});
