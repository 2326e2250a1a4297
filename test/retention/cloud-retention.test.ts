import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseConfig } from '@meetbrug/cloud/src/config/load-config.ts';
import { openStoreForReading } from '@meetbrug/cloud/src/log/open-store.ts';
import { type Cloud, startCloud } from '@meetbrug/cloud/src/main.ts';
import { expect, test } from 'vitest';
import { SECRET, withFolder } from '../cloud/test-cloud.ts';
import { connectEdge, heatDescription, T0, uplink } from '../cloud/test-edge.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const COUNT = 1_000;
const DESCRIPTION = heatDescription(1);
const SILENT = { info: () => undefined, warn: () => undefined, fatal: () => undefined };
const LATER_MS = T0 + 200 * DAY_MS;

async function serve(dataDir: string, nowMs: number): Promise<Cloud> {
  const config = parseConfig(`
http: { port: 0 }
mqtt: { port: 0 }
publicBaseUrl: https://data.example.be
organisations: [{ name: demo, label: Demo }]
ldes: { pageSize: 10, fanOut: 10, retention: { days: 30 }, views: [{ kind: by-time, retention: { days: 30 } }] }
store: { retention: { days: 60 } }
readers: { deadlineMs: 6000 }`);
  if (!config.ok) throw new Error(config.fault.detail);
  const edges = [{ name: 'edge-a', organisation: 'demo', secret: SECRET }];
  const started = await startCloud({ config: config.value, edges }, { dataDir, logger: SILENT, nowMs: () => nowMs });
  if (!started.ok) throw new Error(started.fault.detail);
  return started.value;
}

async function deliver(cloud: Cloud, from: number, beginsMs: readonly number[]): Promise<void> {
  const edge = await connectEdge(cloud.ports.mqtt);
  const { acknowledged } = await edge.deliver({
    datastreams: [[DESCRIPTION.datastream, 1]],
    descriptions: [DESCRIPTION],
    uplinks: beginsMs.map((beginMs, index) => uplink(from + index, beginMs, `${(index % 300) / 10}`)),
  });
  expect(acknowledged).toEqual([[from, from + beginsMs.length - 1]]);
  await edge.end();
}

async function get(cloud: Cloud, path: string) {
  const response = await fetch(`http://127.0.0.1:${cloud.ports.http}${path}`, {
    redirect: 'manual',
    headers: { Connection: 'close', Accept: 'text/turtle, application/n-quads;q=0.9, */*;q=0.1' },
  });
  return { status: response.status, location: response.headers.get('location'), text: await response.text() };
}

function rows(dataDir: string) {
  const store = openStoreForReading(join(dataDir, 'cloud.sqlite'));
  const count = (table: string) => store.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
  const counts = { log: count('log'), series: count('series'), ordinals: 0 };
  counts.ordinals = Number(store.prepare('SELECT max(next_ordinal) FROM stream').pluck().get());
  store.close();
  return counts;
}

test('what has expired is behind no door of a running cloud, and does not come back', {
  timeout: 240_000,
}, async () => {
  await withFolder(async (dataDir) => {
    const old = Array.from({ length: COUNT }, (_, index) => T0 + index * 10 * MINUTE_MS);
    const first = await serve(dataDir, T0 + 8 * DAY_MS);
    await deliver(first, 1, old);
    const published = await get(first, '/ldes/demo/heat-stress/by-page');
    expect(published.status).toBe(200);
    const [, node = ''] =
      /<https:\/\/data\.example\.be(\/ldes\/demo\/heat-stress\/by-page\/[^>]+)>/.exec(published.text) ?? [];
    expect((await get(first, node)).status).toBe(200);
    const observation = `/id/demo/observatie/${DESCRIPTION.datastream}/2026-07-01T12:00:00Z`;
    expect((await get(first, observation)).status).toBe(200);
    await first.stop();

    const file = join(dataDir, 'cold', 'demo', '2026-07.parquet');
    const second = await serve(dataDir, LATER_MS);
    await deliver(second, COUNT + 1, [LATER_MS - MINUTE_MS, LATER_MS]);
    await second.stop();
    const third = await serve(dataDir, LATER_MS);
    await expect.poll(() => rows(dataDir).series, { timeout: 60_000, interval: 250 }).toBe(2);
    expect(existsSync(file)).toBe(true);
    expect((await get(third, observation)).status).toBe(200);
    await third.stop();

    const last = await serve(dataDir, LATER_MS);
    await expect
      .poll(() => rows(dataDir), { timeout: 60_000, interval: 100 })
      .toEqual({
        log: 2,
        series: 2,
        ordinals: COUNT + 2,
      });
    const answer = await get(last, observation);
    expect(answer.status).toBe(410);
    expect(JSON.parse(answer.text)).toMatchObject({
      title: 'Gone',
      detail: expect.stringContaining('store.retention'),
    });
    expect(await get(last, node)).toMatchObject({
      status: 307,
      location: 'https://data.example.be/ldes/demo/heat-stress/by-page',
    });
    const range = 'from=2026-07-01T00:00:00Z&to=2027-07-01T00:00:00Z';
    const asked = await get(last, `/api/v1/datastreams/${DESCRIPTION.datastream}/observations?${range}&limit=1000`);
    expect(asked.status).toBe(200);
    expect(JSON.parse(asked.text).observations).toHaveLength(2);
    const things = await get(last, '/sta/v1.1/Observations?$count=true&$top=10');
    expect(JSON.parse(things.text)).toMatchObject({ '@iot.count': 2 });

    await deliver(last, 1, old);
    expect(rows(dataDir)).toEqual({ log: 2, series: 2, ordinals: COUNT + 2 });
    expect((await get(last, '/metrics')).text).toContain(`meetbrug_cloud_expired_total ${COUNT}`);
    await expect.poll(() => existsSync(file), { timeout: 60_000, interval: 250 }).toBe(false);
    expect((await get(last, '/readyz')).status).toBe(200);
    await last.stop();
  });
});
