import type { WireObservation } from '@meetbrug/protocols/delivery';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { T0 } from '../log/test-log.ts';
import { createObservationScanner, type ObservationRange } from '../sensorthings/scan-observations.ts';
import { createColdRowSource } from './cold-pages.ts';
import { createStoreRows } from './store-rows.ts';
import { createTestTier } from './test-tier.ts';

const HOUR_MS = 3_600_000;
const FREE = { spend: () => undefined, render: () => undefined };

/** A version of one of few observations over three months, so that repeats, corrections and late values all occur. */
const version = fc.record({
  datastream: fc.integer({ min: 0, max: 1 }),
  place: fc.integer({ min: 0, max: 30 }),
  revision: fc.integer({ min: 1, max: 40 }),
  tenths: fc.integer({ min: 0, max: 3 }),
  hasEnd: fc.boolean(),
});
const step = fc.oneof({ weight: 1, arbitrary: fc.constant('tier' as const) }, { weight: 4, arbitrary: version });

function wireOf({ datastream, place, tenths, hasEnd }: typeof version extends fc.Arbitrary<infer V> ? V : never) {
  const beginMs = T0 + place * 70 * HOUR_MS;
  const end = hasEnd ? beginMs + HOUR_MS : null;
  return [datastream, beginMs, end, beginMs + 5, `${tenths}.5`, 0] satisfies WireObservation;
}

function scan(tested: ReturnType<typeof createTestTier>, range: Partial<ObservationRange>) {
  const whole = { datastreams: 'all', fromMs: 0, toMs: T0 * 2, descending: false, after: undefined } as const;
  const rows = createObservationScanner(tested.store).scan({ ...whole, ...range }, FREE);
  return Array.from(rows, ({ datastream, beginMs, mantissa, revision }) => [datastream, beginMs, mantissa, revision]);
}

/** All rows as the adapter of the time series reads them. */
async function readPages({ store }: ReturnType<typeof createTestTier>, descending: boolean, limit: number) {
  const source = createStoreRows(store);
  const read: unknown[] = [];
  let after: { beginMs: number; datastream: number } | undefined;
  do {
    const page = await source.page({ datastreams: [1, 2], fromMs: 0, toMs: T0 * 2, descending, after, limit });
    read.push(
      ...page.rows.map((row) => [row.beginMs, row.datastream, row.endMs, row.mantissa, row.scale, row.revision]),
    );
    after = page.next;
  } while (after !== undefined);
  return read;
}

test('a store whose months are in files decides and answers as one that keeps them', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
      const [cold, hot] = [createTestTier(), createTestTier()];
      for (const one of steps) {
        if (one === 'tier') {
          await cold.tier().run();
          continue;
        }
        const uplinks = [[one.revision, T0, [wireOf(one)]] as const];
        expect(cold.deliver({ uplinks }).counts).toEqual(hot.deliver({ uplinks }).counts);
      }
      await cold.tier().run();
      expect(cold.observations()).toEqual(hot.observations());
      expect(cold.members()).toEqual(hot.members());
      const all = scan(hot, {});
      const middle = all[Math.floor(all.length / 2)] ?? [1, T0];
      const after = { datastream: Number(middle[0]), beginMs: Number(middle[1]) };
      const ranges = [
        {},
        { descending: true },
        { after },
        { after, descending: true },
        { datastreams: [2], toMs: after.beginMs },
      ];
      for (const range of ranges) expect(scan(cold, range)).toEqual(scan(hot, range));
      for (const descending of [false, true]) {
        expect(await readPages(cold, descending, 4)).toEqual(await readPages(hot, descending, 1_000));
      }
    }),
    { seed: 64, numRuns: 12 },
  );
});

test('cold rows read page by page are all rows in the order of their keys, up and down', async () => {
  const tested = createTestTier();
  tested.deliver({
    uplinks: Array.from({ length: 500 }, (_, index) => {
      const beginMs = T0 + Math.floor(index / 3) * 5 * HOUR_MS + (index % 3);
      const wire = (datastream: number): WireObservation => [datastream, beginMs, null, beginMs, '1.5', 0];
      return [index + 1, T0, index % 2 === 0 ? [wire(0), wire(1)] : [wire(index % 4 === 1 ? 0 : 1)]] as const;
    }),
  });
  const expected = scan(tested, {}).map(([datastream, beginMs]) => `${beginMs} ${datastream}`);
  await tested.tier().run();
  expect(tested.hotRows()).toBe(0);
  const source = createColdRowSource(tested.store);
  for (const descending of [false, true]) {
    for (const limit of [1, 7, 1_000]) {
      const read: string[] = [];
      let after: { beginMs: number; datastream: number } | undefined;
      do {
        const page = await source.page({ datastreams: [1, 2], fromMs: 0, toMs: T0 * 2, descending, after, limit });
        expect(page.rows.length).toBeLessThanOrEqual(limit);
        read.push(...page.rows.map(({ beginMs, datastream }) => `${beginMs} ${datastream}`));
        after = page.next;
      } while (after !== undefined);
      expect(read).toEqual(descending ? expected.toReversed() : expected);
    }
  }
});
