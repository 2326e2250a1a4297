import { mkdtempSync, rmSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { edgeConfigSchema } from '@meetbrug/edge/src/config/edge-config.ts';
import { type RunningEdge, startEdge } from '@meetbrug/edge/src/main.ts';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFleet, type FleetMessage, firstMessages } from '../fleet/create-fleet.ts';
import { fleetEdgeConfig } from '../fleet/fleet-edge-config.ts';
import { waitFor } from '../harness/wait-for.ts';

const PER_SECOND_MAX = 200;
/** A second of them goes at once; the rest takes two seconds more. */
const MESSAGES = 3 * PER_SECOND_MAX;
const SLOWED_MS = ((MESSAGES - PER_SECOND_MAX) / PER_SECOND_MAX) * 1_000;
/** Between the uplinks of the fleet and what a CONNECT, and so a will, may have. */
const PAYLOAD_BYTES_MAX = 2_048;
const TOO_DEEP = Array.from({ length: 17 }, () => 'a').join('/');
const WAIT_MS = 15_000;

const fleet = createFleet({ duplicatesPercent: 0, latePercent: 0, rubbishPercent: 0, uplinksPerSecond: 100 });
const messages = firstMessages(fleet, Date.now(), MESSAGES);

let dataDir: string;
let edge: RunningEdge;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'meetbrug-limits-'));
  edge = await start();
});
afterEach(async () => {
  await edge.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

function start(outbox: object = {}): Promise<RunningEdge> {
  const config = edgeConfigSchema.parse({
    edge: 'demo-edge',
    organisation: 'demo',
    broker: { port: 0, messagesPerSecondMax: PER_SECOND_MAX, packetBytesMax: PAYLOAD_BYTES_MAX },
    http: { port: 0 },
    devices: fleetEdgeConfig(fleet.devices),
    outbox,
  });
  return startEdge(config, { dataDir, logger: pino({ level: 'silent' }), nowMs: Date.now });
}

const connect = (options: IClientOptions = {}): Promise<MqttClient> =>
  mqtt.connectAsync(`mqtt://127.0.0.1:${edge.ports.mqtt}`, { reconnectPeriod: 0, ...options });

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${edge.ports.http}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`meetbrug_edge_${name} `));
  return Number(line?.split(' ')[1] ?? 0);
}

function expectMetric(name: string, value: number): Promise<unknown> {
  let seen: number | undefined;
  const ask = async () => {
    seen = await metric(name);
    return seen === value ? true : undefined;
  };
  return waitFor(ask, WAIT_MS, () => `${name} is ${seen}, not ${value}`);
}

/** A client that is gone without a farewell, so that its will is published. */
async function dieLeaving(will: NonNullable<IClientOptions['will']>): Promise<void> {
  const client = await connect({ will });
  client.stream.destroy();
  await client.endAsync(true);
}

async function publishAll(client: MqttClient, qos: 0 | 1): Promise<number> {
  const startMs = performance.now();
  const publish = ({ topic, body }: FleetMessage) => client.publishAsync(topic, body, { qos });
  await Promise.all(messages.map(publish));
  return performance.now() - startMs;
}

describe('a client that sends faster than it may', () => {
  it('at QoS 1 is slowed down, and loses nothing', async () => {
    const client = await connect();
    expect(await publishAll(client, 1)).toBeGreaterThan(SLOWED_MS * 0.9);
    await expectMetric('uplinks_committed_total', MESSAGES);
    await client.endAsync(true);
  });

  it('at QoS 0 is read more slowly, and loses nothing', async () => {
    const client = await connect();
    const startMs = performance.now();
    await publishAll(client, 0);
    // The answer to a ping waits behind what was sent before it.
    const pong = new Promise<void>((resolve) =>
      client.on('packetreceive', ({ cmd }) => {
        if (cmd === 'pingresp') resolve();
      }),
    );
    client.sendPing();
    await pong;
    expect(performance.now() - startMs).toBeGreaterThan(SLOWED_MS * 0.5);
    await expectMetric('uplinks_committed_total', MESSAGES);
    await client.endAsync(true);
  });

  it('holds up nobody else', async () => {
    const [fast, other] = [await connect(), await connect()];
    const flood = publishAll(fast, 1);
    const startMs = performance.now();
    await other.publishAsync('application/other', '{}', { qos: 1 });
    expect(performance.now() - startMs).toBeLessThan(SLOWED_MS / 2);
    await flood;
    await Promise.all([fast, other].map((client) => client.endAsync(true)));
  });
});

describe('a last will', () => {
  const [{ topic, body }] = messages as [FleetMessage];

  it.each([0, 1, 2] as const)('at QoS %s is durable like every message, and never retained', async (qos) => {
    await dieLeaving({ topic, payload: Buffer.from(body), qos, retain: true });
    await expectMetric('uplinks_committed_total', 1);
    const reader = await connect();
    const heard: string[] = [];
    reader.on('message', (from) => heard.push(from));
    await reader.subscribeAsync('#');
    await reader.publishAsync('last', '', { qos: 1 });
    await waitFor(
      () => (heard.length > 0 ? true : undefined),
      WAIT_MS,
      () => 'nothing was heard',
    );
    expect(heard).toEqual(['last']);
    await reader.endAsync(true);
  });

  it.each([
    ['below $SYS', '$SYS/demo/new/clients'],
    ['under a topic of too many levels', TOO_DEEP],
    ['under a topic that is too long', 't'.repeat(513)],
  ])('%s is not taken, and is counted', async (_, forbidden) => {
    await dieLeaving({ topic: forbidden, payload: Buffer.from(body), qos: 1, retain: false });
    await expectMetric('refused_connections_total{reason="will-not-taken"}', 1);
    expect(await metric('messages_total')).toBe(0);
  });

  it('that is too large goes to quarantine, like every message', async () => {
    await dieLeaving({ topic, payload: Buffer.alloc(PAYLOAD_BYTES_MAX + 1), qos: 1, retain: false });
    await expectMetric('quarantined_total{reason="too-large"}', 1);
  });

  it('is taken of each of many clients that are gone at once', async () => {
    const wills = messages
      .slice(0, 40)
      .map((message) =>
        dieLeaving({ topic: message.topic, payload: Buffer.from(message.body), qos: 1, retain: false }),
      );
    await Promise.all(wills);
    await expectMetric('uplinks_committed_total', 40);
  });
});

describe('a message after login', () => {
  it.each([0, 1] as const)('at QoS %s under a topic of too many levels ends its connection', async (qos) => {
    const client = await connect();
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    client.publish(TOO_DEEP, 'x', { qos }, () => undefined);
    await closed;
    await expectMetric('refused_connections_total{reason="topic-too-deep"}', 1);
    await client.endAsync(true);
  });

  it.each([0, 1] as const)(
    'at QoS %s that is too large goes to quarantine, and the connection goes on',
    async (qos) => {
      const client = await connect();
      await client.publishAsync('application/large', Buffer.alloc(PAYLOAD_BYTES_MAX + 1), { qos });
      await client.publishAsync('application/small', '{}', { qos: 1 });
      await expectMetric('quarantined_total{reason="too-large"}', 1);
      await client.endAsync(true);
    },
  );

  it('may not be deeper than a subscription may be', async () => {
    const client = await connect();
    await expect(client.subscribeAsync(TOO_DEEP)).rejects.toThrow();
    await client.endAsync(true);
  });

  it('that announces more than a packet may have ends its connection before it is gathered', async () => {
    const socket = connectTcp(edge.ports.mqtt, '127.0.0.1');
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.on('error', () => undefined).resume();
    // MQTT 3.1.1, clean session, client id "a"; then a PUBLISH with a remaining length of 200,000,000.
    socket.write(Buffer.from([0x10, 13, 0, 4, ...Buffer.from('MQTT'), 4, 2, 0, 60, 0, 1, 0x61]));
    socket.write(Buffer.from([0x30, 0x80, 0x84, 0xaf, 0x5f]));
    await closed;
    await expectMetric('refused_connections_total{reason="packet-too-large"}', 1);
  });
});
