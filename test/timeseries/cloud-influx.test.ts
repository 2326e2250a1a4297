import type { LoadedConfig } from '@meetbrug/cloud/src/config/cloud-config.ts';
import { type Cloud, startCloud } from '@meetbrug/cloud/src/main.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testConfig, withFolder } from '../cloud/test-cloud.ts';
import { connectEdge, heatDescription, T0, type TestEdge, uplink } from '../cloud/test-edge.ts';
import { waitFor } from '../harness/wait-for.ts';
import { createInfluxServer, type InfluxServer } from './influx-server.ts';
import { influxTarget } from './series-adapters.ts';

let influx: InfluxServer;
beforeAll(async () => {
  influx = await createInfluxServer();
  await influx.start();
  await influx.createDatabase('cloud');
}, 60_000);
afterAll(() => influx.remove());

const MINUTE_MS = 60_000;
const TIMEOUT_MS = 20_000;

/** What clouds warned of, for the message of a test that fails. */
const faults: string[] = [];

/** One cloud that answers from its store, or from InfluxDB. */
function configured(answerFrom: string): LoadedConfig {
  // Both run on free ports, and what was published keeps its address.
  const loaded = testConfig({ publicBaseUrl: 'https://data.example.org' });
  const { config } = loaded;
  return {
    ...loaded,
    config: { ...config, timeSeries: { ...config.timeSeries, answerFrom, rollupQuietSeconds: 0 } },
    influx: [influxTarget(influx.url, 'cloud')],
  };
}

async function start(dataDir: string, answerFrom: string): Promise<Cloud> {
  const silent = () => undefined;
  const warn = (fields: object) => void faults.push(JSON.stringify(fields));
  const started = await startCloud(configured(answerFrom), {
    dataDir,
    logger: { info: silent, warn, fatal: silent },
  });
  if (!started.ok) throw new Error(started.fault.detail);
  return started.value;
}

async function deliver(edge: TestEdge, from: number, to: number): Promise<void> {
  const { datastream } = heatDescription();
  const uplinks = Array.from({ length: to - from }, (_, index) =>
    uplink(from + index, T0 + (from + index) * MINUTE_MS, String(20 + ((from + index) % 7))),
  );
  await edge.deliver({ datastreams: [[datastream, 1]], descriptions: [heatDescription()], uplinks });
}

async function ask(cloud: Cloud, parameters: string): Promise<string> {
  const { datastream } = heatDescription();
  const span = 'from=2026-07-01T00:00:00Z&to=2026-07-03T00:00:00Z';
  const response = await fetch(
    `http://127.0.0.1:${cloud.ports.http}/api/v1/datastreams/${datastream}/observations?${span}&${parameters}`,
  );
  expect(response.status).toBe(200);
  return response.text();
}

/** Log rows that InfluxDB lacks, as the metrics say it. */
async function behind(cloud: Cloud): Promise<number | undefined> {
  const metrics = await (await fetch(`http://127.0.0.1:${cloud.ports.http}/metrics`)).text();
  const found = /^meetbrug_cloud_influx_behind\{target="test"\} (\d+)$/m.exec(metrics);
  return found?.[1] === undefined ? undefined : Number(found[1]);
}

test('a cloud gives the same bytes from its store and from InfluxDB, which it catches up after being down', async () => {
  await withFolder(async (dataDir) => {
    const questions = [
      'format=csv',
      'format=csv&every=PT1H&aggregate=mean,min,max,count',
      'format=csv&every=P1D&aggregate=time-weighted-mean&zone=Europe/Brussels',
    ];
    const own = await start(dataDir, 'store');
    const edge = await connectEdge(own.ports.mqtt);
    await deliver(edge, 1, 150);
    await waitFor(
      async () => ((await behind(own)) === 0 ? true : undefined),
      TIMEOUT_MS,
      () => faults.join('\n') || 'InfluxDB is behind',
    );
    await influx.kill();
    await deliver(edge, 150, 300);
    await waitFor(
      async () => ((await behind(own)) ? true : undefined),
      TIMEOUT_MS,
      () => 'nothing is missed',
    );
    const answers = await Promise.all(questions.map((question) => ask(own, question)));
    expect(answers[0]?.trim().split('\n')).toHaveLength(300);
    await edge.end();
    await own.stop();

    await influx.start();
    const other = await start(dataDir, 'test');
    await waitFor(
      async () => ((await behind(other)) === 0 ? true : undefined),
      TIMEOUT_MS,
      () => 'InfluxDB stays behind',
    );
    expect(await Promise.all(questions.map((question) => ask(other, question)))).toEqual(answers);
    await other.stop();
  });
}, 90_000);
