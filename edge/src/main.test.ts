import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Acknowledgement, Batch, Welcome } from '@meetbrug/protocols/delivery';
import Database from 'better-sqlite3';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type RunningEdge, startEdge } from './main.ts';
import { OUTBOX_FILE } from './outbox/open-outbox.ts';
import { acknowledgeAll, type CloudStandIn, startCloudStandIn } from './testing/cloud-stand-in.ts';
import {
  HEAT_SAMPLE,
  openTestOutbox,
  RECEIVED_MS,
  sampleMessage,
  temporaryDirectory,
  testConfig,
} from './testing/edge-fixture.ts';
import { commitUplinks, counters } from './testing/planned-uplinks.ts';

const SECRET = 'test-secret';
const NEW_HERE: Welcome = { version: 1, last: null, highestSequence: 0 };
const logger = pino({ level: 'silent' });

let directory: ReturnType<typeof temporaryDirectory>;
let edge: RunningEdge | undefined;
let cloud: CloudStandIn | undefined;
let publisher: MqttClient | undefined;
let publisherClosed: Promise<never> | undefined;
let fatalErrors: unknown[] = [];

beforeEach(() => {
  directory = temporaryDirectory();
  writeFileSync(join(directory.path, 'cloud-secret'), `${SECRET}\n`);
});
afterEach(async () => {
  await publisher?.endAsync(true);
  await edge?.stop();
  await cloud?.stop();
  expect(fatalErrors).toEqual([]);
  publisher = undefined;
  edge = undefined;
  cloud = undefined;
  directory.remove();
});

async function startCloud(
  acknowledge: (batch: Batch) => Acknowledgement | undefined = acknowledgeAll,
  welcome: Welcome = NEW_HERE,
): Promise<CloudStandIn> {
  cloud = await startCloudStandIn('demo-edge', { secret: SECRET, welcome: () => welcome, acknowledge });
  return cloud;
}

async function start(settings: Record<string, unknown> = {}, ackTimeoutMs = 30_000): Promise<RunningEdge> {
  const link = cloud && {
    cloud: { url: cloud.url, secretFile: join(directory.path, 'cloud-secret'), ackTimeoutMs, reconnectMsMax: 100 },
  };
  edge = await startEdge(testConfig({ ...link, ...settings }), {
    dataDir: directory.path,
    logger,
    nowMs: () => RECEIVED_MS,
    onFatal: (error) => fatalErrors.push(error),
  });
  return edge;
}

async function connectPublisher(options: IClientOptions = {}): Promise<MqttClient> {
  publisher = await connectAsync(`mqtt://127.0.0.1:${edge?.ports.mqtt}`, { ...options, reconnectPeriod: 0 });
  const client = publisher;
  publisherClosed = new Promise((_, reject) => client.once('close', () => reject(new Error('closed'))));
  publisherClosed.catch(() => undefined);
  return client;
}

/** Resolves with the acknowledgement; rejects when the edge closes the connection instead. */
async function publish(topic: string, payload: Uint8Array): Promise<void> {
  const client = publisher ?? (await connectPublisher());
  await Promise.race([client.publishAsync(topic, Buffer.from(payload), { qos: 1 }), publisherClosed]);
}

async function publishHeat(frameCounter: number): Promise<void> {
  const { topic, payload } = sampleMessage(HEAT_SAMPLE, { fCnt: frameCounter });
  await publish(topic, payload);
}

async function get(path: string): Promise<{ status: number; body: string }> {
  const response = await fetch(`http://127.0.0.1:${edge?.ports.http}${path}`);
  return { status: response.status, body: await response.text() };
}

const status = async () =>
  JSON.parse((await get('/')).body) as { cloud: { behindUplinks: number }; outbox: { epoch: string } };
const sentSequences = () => new Set(cloud?.batches.flatMap(({ uplinks }) => uplinks.map(([sequence]) => sequence)));

describe('the edge', () => {
  it('brings an uplink from the sensor to the cloud, with its description the first time', async () => {
    const { batches, users } = await startCloud();
    await start();
    await publishHeat(1);
    await vi.waitFor(async () => expect((await status()).cloud.behindUplinks).toBe(0));
    await publishHeat(2);
    await vi.waitFor(() => expect(batches).toHaveLength(2));
    expect(users).toEqual(['demo-edge']);
    const observedMs = Date.UTC(2026, 6, 14, 13, 5, 12, 406);
    expect(batches[0]?.uplinks[0]?.[2][2]).toEqual([2, observedMs, null, observedMs, '39', 0b0_001]);
    expect(batches[0]?.datastreams[2]).toEqual(['plein.24e124136c140001.relatieve-luchtvochtigheid.momentaan', 1]);
    expect(batches.map(({ descriptions }) => descriptions.length)).toEqual([6, 0]);
  });

  it('sends descriptions that the cloud lacks again, and their uplinks with them', async () => {
    const { batches } = await startCloud((batch) =>
      batches.length === 1
        ? { ...acknowledgeAll(batch), acknowledged: [], describe: batch.datastreams }
        : acknowledgeAll(batch),
    );
    await start();
    await publishHeat(1);
    await vi.waitFor(async () => expect((await status()).cloud.behindUplinks).toBe(0));
    expect(batches.map(({ descriptions }) => descriptions.length)).toEqual([6, 6]);
    expect(batches[1]?.uplinks).toEqual(batches[0]?.uplinks);
  });

  it('sends again what was not acknowledged in time', async () => {
    const { batches } = await startCloud((batch) => (batches.length < 3 ? undefined : acknowledgeAll(batch)));
    await start({}, 200);
    await publishHeat(1);
    await vi.waitFor(async () => expect((await status()).cloud.behindUplinks).toBe(0), { timeout: 5_000 });
    expect(batches.length).toBeGreaterThanOrEqual(3);
  });

  it('drains a backlog of an earlier run, newest first, every uplink once', async () => {
    const { outbox } = openTestOutbox(directory.path);
    commitUplinks(outbox, counters(1_800));
    outbox.close();
    const { batches, hellos } = await startCloud();
    await start();
    await vi.waitFor(async () => expect((await status()).cloud.behindUplinks).toBe(0), { timeout: 5_000 });
    expect(hellos).toEqual([{ version: 1, epoch: '0000000000000001', nextSequence: 1_801 }]);
    expect(batches[0]?.uplinks.at(-1)?.[0]).toBe(1_800);
    expect(sentSequences().size).toBe(1_800);
    expect(batches.flatMap(({ uplinks }) => uplinks)).toHaveLength(1_800);
  });

  it('that is an older image of itself begins a new epoch above what the cloud knows', async () => {
    const { outbox } = openTestOutbox(directory.path);
    commitUplinks(outbox, counters(3));
    outbox.close();
    const { hellos } = await startCloud(acknowledgeAll, {
      version: 1,
      last: { epoch: '0000000000000001', sequence: 500 },
      highestSequence: 500,
    });
    await start();
    await vi.waitFor(async () => expect((await status()).cloud.behindUplinks).toBe(0));
    expect(hellos[1]).toEqual({ version: 1, epoch: (await status()).outbox.epoch, nextSequence: 504 });
    expect(hellos[1]?.epoch).not.toBe('0000000000000001');
    expect([...sentSequences()]).toEqual([501, 502, 503]);
  });

  it('takes uplinks while the cloud is away and counts a repeated one once', async () => {
    await start();
    await publishHeat(1);
    await publishHeat(2);
    await publishHeat(1);
    expect((await status()).cloud.behindUplinks).toBe(2);
    const { body } = await get('/metrics');
    expect(body).toMatch(/^meetbrug_edge_uplinks_committed_total 2$/m);
    expect(body).toMatch(/^meetbrug_edge_observations_total 12$/m);
    expect(body).toMatch(/^meetbrug_edge_duplicate_uplinks_total 1$/m);
  });

  it('refuses new uplinks when the outbox is full, says which setting, and has every one it acknowledged', async () => {
    await start({ outbox: { bytesMax: 1_048_576 } });
    expect((await get('/readyz')).status).toBe(200);
    let acknowledgedCount = 0;
    await expect(
      (async () => {
        for (;;) {
          await publishHeat(acknowledgedCount + 1);
          acknowledgedCount += 1;
        }
      })(),
    ).rejects.toThrow('closed');
    const ready = await get('/readyz');
    expect(ready.status).toBe(503);
    expect(ready.body).toContain('outbox.bytesMax');
    expect((await status()).cloud.behindUplinks).toBe(acknowledgedCount);
  });

  it('closes a client that publishes below $SYS', async () => {
    await start();
    await expect(publish('$SYS/x/new/clients', Buffer.from('demo'))).rejects.toThrow('closed');
  });

  it('takes a last will on the way of every message', async () => {
    await start();
    const { topic, payload } = sampleMessage(HEAT_SAMPLE);
    const client = await connectPublisher({ will: { topic, payload: Buffer.from(payload), qos: 1, retain: true } });
    client.stream.destroy();
    await vi.waitFor(async () => expect((await status()).cloud.behindUplinks).toBe(1));
  });

  it('acknowledges nothing and stops when the outbox cannot be written', async () => {
    await start();
    await publishHeat(1);
    const saboteur = new Database(join(directory.path, OUTBOX_FILE));
    saboteur.exec('DROP TABLE uplinks');
    saboteur.close();
    await expect(publishHeat(2)).rejects.toThrow('closed');
    expect(String(fatalErrors)).toContain('no such table');
    fatalErrors = [];
  });
});
