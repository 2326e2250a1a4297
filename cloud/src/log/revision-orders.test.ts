import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BatchCounts } from './append-batch.ts';
import { createTestLog, description, T0, type TestBatch, value } from './test-log.ts';

const VALUES = ['1.5', '2.5', '3.5'];
type Uplink = TestBatch['uplinks'][number];

/** What revisions 1, 2 and 3 say of one observation: all differ, or some say the same. */
const histories = fc.tuple(fc.constantFrom(...VALUES), fc.constantFrom(...VALUES), fc.constantFrom(...VALUES));

/** Deliveries of the three in some order, each at least once, cut into batches: sequences of a batch rise. */
const deliveries = fc
  .tuple(
    fc.shuffledSubarray([1, 2, 3], { minLength: 3, maxLength: 3 }),
    fc.array(fc.constantFrom(1, 2, 3), { maxLength: 9 }),
    fc.infiniteStream(fc.boolean()),
  )
  .chain(([once, again, cuts]) =>
    fc
      .shuffledSubarray([...once, ...again], { minLength: 3 + again.length })
      .map((order) => cutIntoBatches(order, cuts)),
  );

function cutIntoBatches(order: readonly number[], cuts: Iterator<boolean>): number[][] {
  const batches: number[][] = [];
  for (const revision of order) {
    const last = batches.at(-1);
    const joins = last !== undefined && (last.at(-1) ?? 0) < revision && cuts.next().value === true;
    if (joins) last.push(revision);
    else batches.push([revision]);
  }
  return batches;
}

test('revisions 1, 2 and 3 in any order, repetition and grouping end at the same version, and the counts add up', () => {
  const log = createTestLog();
  // What is tried is the rules; what a power cut leaves is tried elsewhere.
  log.store.pragma('synchronous = OFF');
  log.commit({ descriptions: [description()], uplinks: [] });
  const members = log.store.prepare<[number], { mantissa: number; revision: number; stamp_ms: number }>(
    'SELECT mantissa, revision, stamp_ms FROM log WHERE begin_ms = ? ORDER BY ordinal',
  );
  const current = log.store.prepare<[number], { mantissa: number }>('SELECT mantissa FROM series WHERE begin_ms = ?');
  const latest = log.store.prepare<[], { begin_ms: number; mantissa: number }>('SELECT begin_ms, mantissa FROM latest');
  const missing = log.store.prepare<[], { observations: number }>('SELECT observations FROM gap');
  let [minute, nowMs] = [0, T0];

  fc.assert(
    fc.property(histories, deliveries, fc.nat({ max: 70_000 }), (history, batches, stepMs) => {
      minute += 1;
      const beginMs = T0 + minute * 60_000;
      const missingBefore = missing.get()?.observations ?? 0;
      const outcomes = batches.map((revisions) => {
        nowMs += stepMs;
        const said = (revision: number) => value(history[revision - 1] as string, minute);
        return log.commit({ uplinks: revisions.map((revision): Uplink => [revision, T0, [said(revision)]]) }, nowMs);
      });

      const mantissa = Number(history[2]) * 10;
      expect(current.all(beginMs)).toEqual([{ mantissa }]);
      expect(latest.all()).toEqual([{ begin_ms: beginMs, mantissa }]);
      const published = members.all(beginMs);
      expect(published.at(-1)?.mantissa).toBe(mantissa);
      for (const [index, { revision, stamp_ms }] of published.entries()) {
        expect(revision).toBeGreaterThan(published[index - 1]?.revision ?? 0);
        expect(stamp_ms).toBeGreaterThanOrEqual(published[index - 1]?.stamp_ms ?? 0);
      }

      const sum = (count: (counts: BatchCounts) => number) =>
        outcomes.reduce((total, { counts }) => total + count(counts), 0);
      const superseded = sum((counts) => counts.superseded);
      expect(sum((counts) => counts.committed)).toBe(published.length);
      expect(sum((counts) => counts.committed + counts.duplicates + counts.superseded)).toBe(batches.flat().length);
      expect(published.length + superseded).toBeLessThanOrEqual(3);
      expect(outcomes.map(({ counts }) => counts.quarantined)).toEqual(batches.map(() => ({})));
      expect((missing.get()?.observations ?? 0) - missingBefore).toBe(superseded);
    }),
    { numRuns: 500, seed: 4 },
  );
  const ordinals = log.members().map(({ ordinal }) => ordinal);
  expect(ordinals).toEqual(ordinals.map((_, index) => index));
});
