import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appendBare, type BareRow } from './baseline/bare-sqlite.ts';
import { createBenchCloud } from './bench-cloud.ts';
import type { Bench } from './bench-row.ts';
import { openDelivery } from './deliver-batches.ts';
import { BATCH_OBSERVATIONS, DATASTREAMS, plainBatch } from './ingest-batches.ts';
import { ingestRate, ROUND_BATCHES } from './ingest-rate.ts';

const ROUNDS = 5;

function measureBare(batches: number): number {
  const folder = mkdtempSync(join(tmpdir(), 'meetbrug-bare-'));
  try {
    let ordinal = 0;
    const rows = Array.from({ length: batches }, (_, number) =>
      plainBatch(number).map(({ datastream, beginMs, mantissa }): BareRow => {
        ordinal += 1;
        return [
          1,
          ordinal,
          beginMs,
          datastream,
          beginMs,
          null,
          beginMs,
          beginMs,
          mantissa,
          1,
          0,
          number,
          1,
          2,
          null,
          null,
        ];
      }),
    );
    return appendBare(join(folder, 'bare.sqlite'), rows);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The shipped cloud over MQTT: decompressed, validated, deduplicated, into log, series and latest values. */
async function measureCloud(preloadedBatches: number): Promise<number> {
  const cloud = await createBenchCloud();
  try {
    await cloud.program.start();
    const delivery = await openDelivery(cloud.target);
    await delivery.fill(0, preloadedBatches);
    const rate = await ingestRate(delivery, preloadedBatches, ROUNDS);
    await delivery.end();
    return rate;
  } finally {
    await cloud.remove();
  }
}

export const cloudIngest: Bench = {
  name: 'cloud-ingest',
  about: `observations in batches of ${BATCH_OBSERVATIONS} over ${DATASTREAMS} datastreams into log, series and latest values`,
  run: async ({ full }) => {
    const rows = full ? 10_000_000 : 400_000;
    return [
      {
        what: `cloud: observations into the committed log, at ${rows.toLocaleString('en')} rows`,
        unit: 'observations/s',
        ours: await measureCloud(rows / BATCH_OBSERVATIONS),
        baseline: { what: 'bare SQLite', value: measureBare(ROUNDS * ROUND_BATCHES) },
        budget: { ratio: 0.2, atLeast: 50_000 },
      },
    ];
  },
};
