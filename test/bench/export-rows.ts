import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createColdMonthReader } from '@meetbrug/cloud/src/cold/cold-months.ts';
import { openStoreForReading } from '@meetbrug/cloud/src/log/open-store.ts';
import { waitFor } from '../harness/wait-for.ts';
import { type BenchCloud, createBenchCloud } from './bench-cloud.ts';
import type { Bench, BenchRow } from './bench-row.ts';
import { openDelivery } from './deliver-batches.ts';
import { type Age, batchesOf, EXPORTED_DATASTREAMS, exportBatch, STARTS } from './export-batches.ts';
import { BATCH_OBSERVATIONS } from './ingest-batches.ts';

const FORMATS = ['csv', 'json', 'parquet', 'arrow'] as const;
type Format = (typeof FORMATS)[number];
/** Bodies in memory while the store is filled. */
const BODIES_AT_ONCE = 40;

/** Address of a series with everything that {@link fillForExport} has delivered. */
export function exportUrl(cloud: BenchCloud, format: string, age: Age): string {
  const range = `from=${new Date(STARTS[age]).toISOString()}&to=2100-01-01T00:00:00Z`;
  const box = 'bbox=4.3,51.1,4.4981,51.1181';
  return `${cloud.publicBaseUrl}/api/v1/observations?${box}&${range}&format=${format}&limit=none`;
}

/** Delivers the descriptions, each with a value of long ago, and so many observations of the datastreams that are exported. */
export async function fillForExport(cloud: BenchCloud, rows: number, age: Age): Promise<void> {
  const delivery = await openDelivery(cloud.target);
  await delivery.fill(0, EXPORTED_DATASTREAMS / BATCH_OBSERVATIONS);
  const end = batchesOf(rows);
  for (let next = 0; next < end; next += BODIES_AT_ONCE) {
    const count = Math.min(BODIES_AT_ONCE, end - next);
    await delivery.deliver(Array.from({ length: count }, (_, index) => exportBatch(next + index, age)));
  }
  await delivery.end();
}

interface Taken {
  readonly seconds: number;
  readonly bytes: number;
  readonly newlines: number;
}

/** Takes a body as fast as it comes, and keeps none of it. */
async function take(url: string): Promise<Taken> {
  const begun = performance.now();
  const [response] = (await once(get(url), 'response')) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`${url} answers ${response.statusCode}`);
  let bytes = 0;
  let newlines = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) newlines += 1;
  }
  return { seconds: (performance.now() - begun) / 1000, bytes, newlines };
}

/** Resident once the program has nothing left to do: after a start it takes stock of its store. */
export async function idleMemory(cloud: BenchCloud): Promise<number> {
  for (let before = -1; ; ) {
    await delay(QUIET_MS);
    const { cpuSeconds, residentMegabytes } = cloud.usage();
    if (before >= 0 && cpuSeconds - before <= QUIET_CPU_SECONDS) return residentMegabytes;
    before = cpuSeconds;
  }
}

const QUIET_MS = 2_000;
const QUIET_CPU_SECONDS = 0.05;

/** Each format on a cloud that has just started and come to rest, so that the most it takes from then on is the export's. */
async function measure(cloud: BenchCloud, format: Format, age: Age, rows: number): Promise<BenchRow[]> {
  await cloud.restartCold();
  // Every part of the program that answers has run, and its readers know the datastreams: an export of the first minute.
  const firstMinute = new Date(STARTS[age] + 1).toISOString();
  await (await fetch(exportUrl(cloud, format, age).replace('2100-01-01T00:00:00Z', firstMinute))).arrayBuffer();
  const idleMegabytes = await idleMemory(cloud);
  cloud.forgetPeak();
  const { seconds, newlines } = await take(exportUrl(cloud, format, age));
  if (format === 'csv' && newlines !== rows + 1) throw new Error(`${newlines} lines, expected ${rows + 1}`);
  const name = `export of ${rows.toLocaleString('en')} ${age} rows as ${format}`;
  return [
    { what: name, unit: 'rows/s', ours: rows / seconds, budget: {} },
    {
      what: `${name}: peak memory above idle`,
      unit: 'MB',
      ours: Math.max(0, cloud.usage().peakResidentMegabytes - idleMegabytes),
      budget: { atMost: 100 },
    },
  ];
}

/** Starts again, as closed months are looked for then, and waits until they have left the store for their files. */
async function closeMonths(cloud: BenchCloud): Promise<void> {
  await cloud.restartCold();
  const store = openStoreForReading(join(cloud.dataDir, 'cloud.sqlite'));
  const months = createColdMonthReader(store);
  const closed = () => months.list().filter(({ rows, dropping }) => rows > EXPORTED_DATASTREAMS && !dropping)[0];
  await waitFor(closed, CLOSED_WITHIN_MS, () => 'no month was closed');
  store.close();
}

const CLOSED_WITHIN_MS = 600_000;

async function measureAge(age: Age, formats: readonly Format[], rows: number): Promise<BenchRow[]> {
  const cloud = await createBenchCloud();
  try {
    await cloud.program.start();
    await fillForExport(cloud, rows, age);
    if (age === 'closed') await closeMonths(cloud);
    const measured: BenchRow[] = [];
    for (const format of formats) measured.push(...(await measure(cloud, format, age, rows)));
    return measured;
  } finally {
    await cloud.remove();
  }
}

export const exportRows: Bench = {
  name: 'export-rows',
  about: `series of ${EXPORTED_DATASTREAMS} datastreams, all of it in one answer, from the store and from closed months`,
  run: async ({ full }) => {
    const rows = full ? 1_000_000 : 200_000;
    const recent = await measureAge('recent', full ? FORMATS : ['csv', 'parquet'], rows);
    return [...recent, ...(await measureAge('closed', full ? FORMATS : ['csv'], rows))];
  },
};
