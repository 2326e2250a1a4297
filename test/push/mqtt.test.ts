import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { Cloud } from '@meetbrug/cloud/src/main.ts';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { withFolder } from '../cloud/test-cloud.ts';
import { EventReader } from './event-reader.ts';
import { Source, startPushCloud } from './push-cloud.ts';

const HEAT = 'ldes/demo/heat-stress';
const PATIENCE = { timeout: 10_000 };

interface Heard {
  readonly topic: string;
  readonly payload: Record<string, unknown>;
}

let folder: string;
let cloud: Cloud;
let source: Source;
const clients: MqttClient[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meetbrug-push-'));
  cloud = await startPushCloud({
    dataDir: folder,
    push: `slowSeconds: 2, bufferBytesMax: 65536,
      mqtt: { port: 0, connectionsMax: 40, connectionsPerAddressMax: 30, subscriptionsMax: 10 }`,
  });
  source = await Source.connect(cloud);
  await source.deliver(5);
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.endAsync(true)));
});
afterAll(async () => {
  await source.end();
  await cloud.stop();
  rmSync(folder, { recursive: true, force: true });
});

const port = () => cloud.ports.push ?? expect.fail('no MQTT for readers');

/** Rejects when the other side ends the connection instead. */
function connect(options: IClientOptions = {}): Promise<MqttClient> {
  const client = mqtt.connect(`mqtt://127.0.0.1:${port()}`, { reconnectPeriod: 0, ...options });
  clients.push(client);
  return new Promise((resolve, reject) => {
    client.once('connect', () => resolve(client));
    client.on('error', reject);
    client.once('close', () => reject(new Error('the connection was closed')));
  });
}

/** A subscriber, and what it has heard. */
async function listen(...filters: readonly string[]): Promise<Heard[]> {
  const client = await connect();
  const heard: Heard[] = [];
  client.on('message', (topic, payload) => heard.push({ topic, payload: JSON.parse(payload.toString()) }));
  await client.subscribeAsync([...filters]);
  return heard;
}

/** Whether a connection is refused or ended from the other side. */
function ended(client: MqttClient): Promise<void> {
  return new Promise((resolve) => client.once('close', () => resolve()));
}

/** Sends bytes as they are; what comes back until the other side ends it. */
function raw(bytes: Uint8Array, toPort = port()): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connectTcp({ port: toPort, host: '127.0.0.1' }, () => void socket.write(bytes));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(Buffer.concat(chunks)));
  });
}

async function metric(name: string, reason: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${cloud.ports.http}/metrics`)).text();
  return Number(new RegExp(`${name}\\{reason="${reason}"\\} (\\d+)`).exec(text)?.[1] ?? 0);
}

const refusals = (reason: string) => metric('push_refused_total', reason);

describe('MQTT for readers', () => {
  it('gives each new member of a stream as its event has it, at QoS 0 and not retained', async () => {
    const events = await new EventReader({ port: cloud.ports.http, path: `/${HEAT}` }).opened();
    const client = await connect();
    const heard: { text: string; qos: number; retain: boolean }[] = [];
    client.on('message', (_topic, payload, { qos, retain }) => heard.push({ text: payload.toString(), qos, retain }));
    const granted = await client.subscribeAsync(HEAT, { qos: 2 });
    expect(granted).toEqual([{ topic: HEAT, qos: 0 }]);
    await source.deliver(7);
    await expect.poll(() => heard.length, PATIENCE).toBe(7);
    await events.until('the same events', () => events.events.length === 7);
    expect(heard).toEqual(events.events.map(({ data }) => ({ text: data, qos: 0, retain: false })));
    events.kill();
  });

  it('gives the observations of a datastream as SensorThings does', async () => {
    const id = 2;
    const heard = await listen(`v1.1/Datastreams(${id})/Observations`);
    const all = await listen('v1.1/#');
    await source.deliver(5);
    await expect.poll(() => [heard.length, all.length], PATIENCE).toEqual([1, 5]);
    const [{ payload } = expect.fail()] = heard;
    const link = String(payload['@iot.selfLink']).replace(
      'https://data.example.be',
      `http://127.0.0.1:${cloud.ports.http}`,
    );
    expect(await (await fetch(link)).json()).toEqual(payload);
    expect(await (await fetch(`${link}/Datastream`)).json()).toMatchObject({ '@iot.id': id });
    expect(all.map(({ topic }) => topic).toSorted()).toEqual(
      [1, 2, 3, 4, 5].map((one) => `v1.1/Datastreams(${one})/Observations`),
    );
  });

  it.each([[['#']], [['+/+/+']], [['ldes/#', 'ldes/+/+', HEAT]]])(
    'gives a member once to who subscribed to it in several ways: %j',
    async (filters) => {
      const heard = await listen(...filters);
      await source.deliver(3);
      const ofHeat = () => heard.filter(({ topic }) => topic === HEAT);
      await expect.poll(() => ofHeat().length, PATIENCE).toBe(3);
      await source.deliver(1);
      await expect.poll(() => ofHeat().length, PATIENCE).toBe(4);
      expect(heard.every(({ topic }) => !topic.startsWith('$'))).toBe(true);
    },
  );

  it('gives nothing more after an UNSUBSCRIBE', async () => {
    const client = await connect();
    const topics: string[] = [];
    client.on('message', (topic) => topics.push(topic));
    await client.subscribeAsync([HEAT, 'ldes/all/heat-stress']);
    await client.unsubscribeAsync(HEAT);
    await source.deliver(2);
    await expect.poll(() => topics.length, PATIENCE).toBe(2);
    expect(topics).toEqual(['ldes/all/heat-stress', 'ldes/all/heat-stress']);
  });

  it.each([0, 1, 2] as const)('ends who publishes at QoS %i', async (qos) => {
    const heard = await listen('#');
    const before = await refusals('publication-not-allowed');
    const client = await connect();
    const gone = ended(client);
    client.publish(HEAT, 'forged', { qos });
    await gone;
    await source.deliver(1);
    await expect.poll(() => heard.length, PATIENCE).toBeGreaterThan(0);
    expect(JSON.stringify(heard)).not.toContain('forged');
    expect(await refusals('publication-not-allowed')).toBe(before + 1);
  });

  it('refuses a will, and lets nobody take the place of another by its name', async () => {
    await expect(
      connect({ will: { topic: HEAT, payload: Buffer.from('forged'), qos: 0, retain: false } }),
    ).rejects.toThrow();
    const first = await connect({ clientId: 'same' });
    const heard: string[] = [];
    first.on('message', (topic) => heard.push(topic));
    await first.subscribeAsync(HEAT);
    await connect({ clientId: 'same' });
    await source.deliver(1);
    await expect.poll(() => heard, PATIENCE).toEqual([HEAT]);
  });

  it.each(['$SYS/#', '$share/g/ldes/#', 'a/'.repeat(8), `ldes/${'x'.repeat(300)}`])(
    'refuses to subscribe to %s',
    async (filter) => {
      const client = await connect();
      await expect(client.subscribeAsync(filter)).rejects.toThrow();
    },
  );

  it('refuses subscriptions beyond those that one may have, and connections beyond those of an address', async () => {
    const client = await connect();
    const filters = Array.from({ length: 11 }, (_, index) => `ldes/demo/${index}`);
    await expect(client.subscribeAsync(filters)).rejects.toThrow();
    await Promise.all(Array.from({ length: 29 }, () => connect()));
    await expect(connect()).rejects.toThrow();
  });

  it.each<[string, Uint8Array]>([
    ['a PUBLISH before its CONNECT', Uint8Array.of(0x30, 5, 0, 1, 0x61, 1, 2)],
    ['a CONNECT that is announced as 200 MB', Uint8Array.of(0x10, 0x80, 0x88, 0xaf, 0x5f)],
    ['HTTP', new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n')],
    ['a CONNECT of MQTT 5', Uint8Array.of(0x10, 14, 0, 4, 0x4d, 0x51, 0x54, 0x54, 5, 2, 0, 60, 0, 0, 1, 0x61)],
  ])('ends who sends %s', async (_what, bytes) => {
    const answer = await raw(bytes);
    expect(answer.length).toBeLessThan(8);
  });

  it('cuts who does not read, and gives everything to who does', async () => {
    const heard = await listen(HEAT);
    const stuck = await connect();
    const gone = ended(stuck);
    await stuck.subscribeAsync('#');
    (stuck.stream as Duplex).pause();
    // Some 6 kB a member: more than the machine's own buffers take.
    for (let batch = 0; batch < 8; batch += 1) await source.deliver(500);
    await expect.poll(() => heard.length, PATIENCE).toBe(4_000);
    await expect.poll(() => metric('push_cut_total', 'slow-reader'), PATIENCE).toBe(1);
    (stuck.stream as Duplex).resume();
    await gone;
    await source.deliver(1);
    await expect.poll(() => heard.length, PATIENCE).toBe(4_001);
  });

  it('goes on serving others under a flood of connections, subscriptions and wildcards', async () => {
    const heard = await listen(HEAT);
    const storms = Array.from({ length: 10 }, async (_, storm) => {
      for (let round = 0; round < 3; round += 1) {
        const client = await connect().catch(() => undefined);
        if (client === undefined) continue;
        const gone = ended(client);
        // Until it is cut for its packets: each SUBSCRIBE is one, each UNSUBSCRIBE too.
        for (let packet = 0; packet < 400 && client.connected; packet += 1) {
          client.subscribe([`#`, `+/${packet}/#`, `ldes/+/${storm}`], () => undefined);
          client.unsubscribe(['#', `+/${packet}/#`, `ldes/+/${storm}`], () => undefined);
        }
        await gone;
      }
    });
    for (let batch = 0; batch < 10; batch += 1) await source.deliver(20);
    await expect.poll(() => heard.length, PATIENCE).toBe(200);
    await Promise.all(storms);
    expect(await refusals('too-many-packets')).toBeGreaterThan(0);
    await source.deliver(1);
    await expect.poll(() => heard.length, PATIENCE).toBe(201);
  });
});

it('MQTT for readers speaks TLS with a certificate of the cloud, and asks for none', () =>
  withFolder(async (dataDir) => {
    const secured = await startPushCloud({ dataDir, push: 'mqtt: { port: 0, tls: { names: [localhost] } }' });
    try {
      const ca = readFileSync(join(dataDir, 'gateway-authority.pem'), 'utf8');
      const certificates = ca.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
      const options = { reconnectPeriod: 0, ca: certificates.join('\n') };
      const client = await mqtt.connectAsync(`mqtts://localhost:${secured.ports.push}`, options);
      const topics: string[] = [];
      client.on('message', (topic) => topics.push(topic));
      await client.subscribeAsync(HEAT);
      const from = await Source.connect(secured);
      await from.deliver(2);
      await expect.poll(() => topics, PATIENCE).toEqual([HEAT, HEAT]);
      const open = async () => {
        const text = await (await fetch(`http://127.0.0.1:${secured.ports.http}/metrics`)).text();
        return /push_connections\{protocol="mqtt"\} (\d+)/.exec(text)?.[1];
      };
      expect(await open()).toBe('1');
      await client.endAsync(true);
      await expect.poll(open, PATIENCE).toBe('0');
      await from.end();
      await expect(raw(new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n'), secured.ports.push)).resolves.toBeDefined();
    } finally {
      await secured.stop();
    }
  }));
