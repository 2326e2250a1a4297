import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { parseConfig } from '@meetbrug/cloud/src/config/load-config.ts';
import { openStoreForReading } from '@meetbrug/cloud/src/log/open-store.ts';
import { type Cloud, startCloud } from '@meetbrug/cloud/src/main.ts';
import { expect, test } from 'vitest';
import { SECRET, withFolder } from '../cloud/test-cloud.ts';
import { connectEdge, heatDescription, T0, uplink } from '../cloud/test-edge.ts';

const LATER_MS = Date.UTC(2027, 5, 1);
const COUNT = 1_500;
const DESCRIPTION = heatDescription(1);
const SILENT = { info: () => undefined, warn: () => undefined, fatal: () => undefined };
const MINUTE_MS = 60_000;

async function serve(dataDir: string, isCold: boolean): Promise<Cloud> {
  const config = parseConfig(`
http: { port: 0 }
mqtt: { port: 0 }
publicBaseUrl: https://data.example.be
organisations: [{ name: demo, label: Demo }]
readers: { deadlineMs: 6000 }
cold: { enabled: ${isCold} }`);
  if (!config.ok) throw new Error(config.fault.detail);
  const edges = [{ name: 'edge-a', organisation: 'demo', secret: SECRET }];
  const started = await startCloud({ config: config.value, edges }, { dataDir, logger: SILENT, nowMs: () => LATER_MS });
  if (!started.ok) throw new Error(started.fault.detail);
  return started.value;
}

async function deliver(cloud: Cloud): Promise<void> {
  const edge = await connectEdge(cloud.ports.mqtt);
  const uplinks = Array.from({ length: COUNT }, (_, index) =>
    uplink(index + 1, T0 + index * 10 * MINUTE_MS, `${(index % 300) / 10}`),
  );
  const { acknowledged } = await edge.deliver({
    datastreams: [[DESCRIPTION.datastream, 1]],
    descriptions: [DESCRIPTION],
    uplinks,
  });
  expect(acknowledged).toEqual([[1, COUNT]]);
  await edge.end();
}

/** What readers get of the old observations by every road. */
async function answers(cloud: Cloud): Promise<Record<string, string>> {
  const iri = `/id/demo/observatie/${DESCRIPTION.datastream}/2026-07-01T12:00:00Z`;
  const range = `from=2026-07-01T00:00:00Z&to=2026-07-09T00:00:00Z`;
  const series = `/api/v1/datastreams/${DESCRIPTION.datastream}/observations`;
  const paths = [
    `${series}?${range}&limit=1000`,
    `/sta/v1.1/Observations?$orderby=phenomenonTime%20asc&$top=50&$count=true`,
    `/sta/v1.1/Datastreams(1)/Observations?$orderby=phenomenonTime%20desc&$top=20&$skip=40`,
    iri,
  ];
  const base = `http://127.0.0.1:${cloud.ports.http}`;
  const read = async (path: string) => {
    const response = await fetch(`${base}${path}`, { headers: { Connection: 'close', Accept: 'text/turtle, */*' } });
    return `${response.status} ${await response.text()}`;
  };
  return Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await read(path)] as const)));
}

function hotRows(dataDir: string): unknown {
  const store = openStoreForReading(join(dataDir, 'cloud.sqlite'));
  const count = store.prepare('SELECT count(*) FROM series').pluck().get();
  store.close();
  return count;
}

test('months in files are answered as before, and read by others without us', { timeout: 120_000 }, async () => {
  await withFolder(async (dataDir) => {
    const hot = await serve(dataDir, false);
    await deliver(hot);
    const expected = await answers(hot);
    for (const [path, answer] of Object.entries(expected)) expect(answer, path).toMatch(/^200 /);
    await hot.stop();
    expect(hotRows(dataDir)).toBe(COUNT);

    const cold = await serve(dataDir, true);
    await expect.poll(() => hotRows(dataDir), { timeout: 60_000, interval: 250 }).toBe(0);
    expect(await answers(cold)).toEqual(expected);
    await deliver(cold);
    expect(hotRows(dataDir)).toBe(0);
    await cold.stop();

    const file = join(dataDir, 'cold', 'demo', '2026-07.parquet');
    expect(existsSync(file)).toBe(true);
    expect(await readWithDuckDb(file)).toEqual([
      [
        COUNT,
        1,
        'demo',
        DESCRIPTION.datastream,
        'air-temperature',
        'Cel',
        'heat-stress',
        'gateway',
        'TIMESTAMP WITH TIME ZONE',
      ],
    ]);
  });
});

test('what DuckDB reads is the decimal and the instant that were delivered', { timeout: 120_000 }, async () => {
  await withFolder(async (dataDir) => {
    const cloud = await serve(dataDir, false);
    await deliver(cloud);
    await cloud.stop();
    const again = await serve(dataDir, true);
    const file = join(dataDir, 'cold', 'demo', '2026-07.parquet');
    await expect.poll(() => existsSync(file), { timeout: 60_000, interval: 100 }).toBe(true);
    await again.stop();
    const rows = await query(`
      SELECT epoch_ms("begin"), mantissa, scale, value, "end" FROM '${file}' ORDER BY "begin"`);
    expect(rows.map((row) => row.slice(0, 4).map(Number))).toEqual(
      Array.from({ length: COUNT }, (_, index) => {
        const tenths = index % 300;
        const decimal = tenths % 10 === 0 ? [tenths / 10, 0] : [tenths, 1];
        return [T0 + index * 10 * MINUTE_MS, ...decimal, tenths / 10];
      }),
    );
    expect(rows.every((row) => row[4] === null)).toBe(true);
  });
});

async function readWithDuckDb(file: string): Promise<unknown[]> {
  const rows = await query(`
    SELECT count(*), count(DISTINCT datastream), min(organisation), min(datastream), min(property), min(unit), min(theme),
      min(time_source), typeof(min("begin")) FROM '${file}'`);
  return rows.map((row) => row.map((value) => (typeof value === 'bigint' ? Number(value) : value)));
}

async function query(sql: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRows();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
