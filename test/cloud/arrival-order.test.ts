import { join } from 'node:path';
import { createBatchLog } from '@meetbrug/cloud/src/log/append-batch.ts';
import { commitGroup } from '@meetbrug/cloud/src/log/commit-group.ts';
import { openStoreForWriting } from '@meetbrug/cloud/src/log/open-store.ts';
import { createStreamTable } from '@meetbrug/cloud/src/log/streams.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withFolder } from './test-cloud.ts';
import { encodeBatch, heatDescription, T0, uplink } from './test-edge.ts';

const DESCRIPTION = heatDescription(1);

/** Versions of a few observations (rising revisions, values that repeat), and an order of arrival with redelivery. */
const histories = fc
  .array(fc.record({ minute: fc.integer({ min: 0, max: 3 }), value: fc.constantFrom('1.5', '2.5', '3.5') }), {
    minLength: 1,
    maxLength: 12,
  })
  .map((versions) => versions.map(({ minute, value }, index) => ({ minute, value, revision: index + 1 })))
  .chain((versions) =>
    fc.record({
      versions: fc.constant(versions),
      arrivals: fc
        .tuple(
          fc.shuffledSubarray(versions, { minLength: versions.length, maxLength: versions.length }),
          fc.array(fc.constantFrom(...versions), { maxLength: 6 }),
        )
        .map(([once, again]) => [...once, ...again]),
    }),
  );

test('whatever the order of arrival, series and latest hold the highest revision and the log is dense', async () => {
  await withFolder(async (folder) => {
    let run = 0;
    fc.assert(
      fc.property(histories, ({ versions, arrivals }) => {
        run += 1;
        const store = openStoreForWriting(join(folder, `${run}.sqlite`));
        const streams = createStreamTable(store);
        const log = createBatchLog(store, streams, 1_000_000);
        for (const [index, { minute, value, revision }] of arrivals.entries()) {
          const body = encodeBatch({
            datastreams: [[DESCRIPTION.datastream, 1]],
            descriptions: [DESCRIPTION],
            uplinks: [uplink(revision, T0 + minute * 60_000, value)],
          });
          commitGroup(store, streams, log, [{ edge: 'edge-a', organisation: 'demo', body }], T0 + index);
        }
        const newest = new Map(versions.map(({ minute, value }) => [T0 + minute * 60_000, value]));
        const series = store
          .prepare<[], { begin_ms: number; mantissa: number }>(
            'SELECT begin_ms, mantissa FROM series ORDER BY begin_ms',
          )
          .all();
        expect(new Map(series.map(({ begin_ms, mantissa }) => [begin_ms, `${mantissa / 10}`]))).toEqual(
          new Map([...newest].sort(([a], [b]) => a - b)),
        );
        const latest = store
          .prepare<[], { begin_ms: number; mantissa: number }>('SELECT begin_ms, mantissa FROM latest')
          .get();
        const last = Math.max(...newest.keys());
        expect([latest?.begin_ms, `${(latest?.mantissa ?? 0) / 10}`]).toEqual([last, newest.get(last)]);
        const rows = store
          .prepare<[], { ordinal: number; begin_ms: number; revision: number }>(
            'SELECT ordinal, begin_ms, revision FROM log ORDER BY ordinal',
          )
          .all();
        expect(rows.map(({ ordinal }) => ordinal)).toEqual(rows.map((_, index) => index));
        expect(new Set(rows.map(({ begin_ms, revision }) => `${begin_ms}#${revision}`)).size).toBe(rows.length);
        expect(store.prepare('SELECT id FROM quarantine').all()).toEqual([]);
        store.close();
      }),
      { numRuns: 60, seed: 20_261_124 },
    );
  });
});
