import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type Acknowledgement, BODY_ENCODINGS, DELIVERY_VERSION } from '@meetbrug/protocols/delivery';
import { fail, ok } from '@meetbrug/protocols/result';
import { Aedes } from 'aedes';
import { connectAsync, type MqttClient } from 'mqtt';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type BrokerHandlers, startBrokerClient } from './broker-client.ts';
import { decodeBody, encodeBody } from './link-body.ts';
import { startLink } from './start-link.ts';

const EPOCH = '00112233445566aa';
const ACKNOWLEDGEMENT: Acknowledgement = {
  version: DELIVERY_VERSION,
  epoch: EPOCH,
  acknowledged: [[1, 1]],
  describe: [],
  refused: [],
};
const HELLO = encodeBody({ version: DELIVERY_VERSION, epoch: EPOCH, nextSequence: 1 });
const BATCH = Buffer.of(BODY_ENCODINGS.json, 0x7b, 0x7d);
const EDGES = [{ name: 'edge-a', organisation: 'demo', secret: 'a-secret-of-a-test-edge' }];

/** A plain broker on a port of its own, or on one that was in use before. */
async function startPlainBroker(port = 0) {
  const broker = await Aedes.createBroker();
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    broker.handle(socket);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  let acknowledged = 0;
  broker.on('ack', (_packet, client) => {
    if (client.id === 'cloud') acknowledged += 1;
  });
  const stop = async () => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
    await new Promise<void>((resolve) => broker.close(resolve));
  };
  return { port: (server.address() as AddressInfo).port, acknowledged: () => acknowledged, stop };
}

/** Deliveries that succeed, unless a test says otherwise; everything that happened is written down. */
function handlersOf(changes: Partial<BrokerHandlers> = {}) {
  const events: string[] = [];
  const handlers: BrokerHandlers & { onTakenOver: () => void } = {
    async onBatch(edge) {
      events.push(`batch of ${edge.name} in ${edge.organisation}`);
      return ok(ACKNOWLEDGEMENT);
    },
    async onHello() {
      return { version: DELIVERY_VERSION, last: null, highestSequence: 0 };
    },
    onRefused: ({ edge, reason }) => void events.push(`${reason} ${edge}`),
    onTakenOver: () => undefined,
    onBroker: ({ connected }) => void events.push(connected ? 'connected' : 'disconnected'),
    ...changes,
  };
  return { events, handlers };
}

async function connectClient(port: number) {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 });
  onTestFinished(() => client.endAsync(true));
  const heard: [string, unknown][] = [];
  client.on('message', (topic, payload) => {
    const body = decodeBody(payload);
    heard.push([topic, body.ok ? body.value : body.fault]);
  });
  await client.subscribeAsync(['meetbrug/v1/edge-a/welcome', 'meetbrug/v1/edge-a/acknowledgement'], { qos: 1 });
  return { client, heard };
}

const publish = (client: MqttClient, topic: string, body: Buffer, retain = false) =>
  client.publishAsync(`meetbrug/v1/${topic}`, body, { qos: 1, retain });

async function startBetween(changes: Partial<BrokerHandlers> = {}) {
  const plain = await startPlainBroker();
  onTestFinished(plain.stop);
  const { events, handlers } = handlersOf(changes);
  const settings = { url: `mqtt://127.0.0.1:${plain.port}`, clientId: 'cloud', edges: EDGES, packetBytesMax: 1_024 };
  const between = startBrokerClient(settings, handlers, 20);
  onTestFinished(between.stop);
  await expect.poll(() => events).toContain('connected');
  return { ...plain, events, between, ...(await connectClient(plain.port)) };
}

describe('the link through a plain broker', () => {
  test('welcomes a hello and acknowledges a batch on the topics of its edge', async () => {
    const { client, heard, events } = await startBetween();
    await publish(client, 'edge-a/hello', HELLO);
    await publish(client, 'edge-a/batch', BATCH);
    await expect.poll(() => heard).toHaveLength(2);
    expect(heard).toEqual([
      ['meetbrug/v1/edge-a/welcome', { version: 1, last: null, highestSequence: 0 }],
      ['meetbrug/v1/edge-a/acknowledgement', ACKNOWLEDGEMENT],
    ]);
    expect(events).toEqual(['connected', 'batch of edge-a in demo']);
  });

  test('acknowledges to the broker after the commit, and takes nothing more before it', async () => {
    const commits: (() => void)[] = [];
    const { client, acknowledged } = await startBetween({
      onBatch: () => new Promise((resolve) => commits.push(() => resolve(ok(ACKNOWLEDGEMENT)))),
    });
    await publish(client, 'edge-a/batch', BATCH);
    await publish(client, 'edge-a/batch', BATCH);
    await expect.poll(() => commits).toHaveLength(1);
    // The broker has answered a later packet of ours by now, and still waits for the cloud.
    await publish(client, 'edge-z/elsewhere', BATCH);
    expect([commits.length, acknowledged()]).toEqual([1, 0]);
    commits[0]?.();
    await expect.poll(() => commits).toHaveLength(2);
    await expect.poll(acknowledged).toBe(1);
    commits[1]?.();
    await expect.poll(acknowledged).toBe(2);
  });

  test.each<[string, string, Buffer, string]>([
    ['an edge that is not configured', 'edge-z/batch', BATCH, 'unknown-edge edge-z'],
    ['a batch larger than configured', 'edge-a/batch', Buffer.alloc(1_025), 'packet-too-large edge-a'],
    ['a hello that is none', 'edge-a/hello', BATCH, 'not-a-hello edge-a'],
  ])('refuses %s, once, and goes on', async (_, topic, body, refusal) => {
    const { client, events, acknowledged } = await startBetween();
    await publish(client, topic, body);
    await publish(client, 'edge-a/batch', BATCH);
    await expect.poll(() => events).toEqual(['connected', refusal, 'batch of edge-a in demo']);
    await expect.poll(acknowledged).toBe(2);
  });

  test('leaves alone what somebody retained', async () => {
    const plain = await startPlainBroker();
    onTestFinished(plain.stop);
    const { client } = await connectClient(plain.port);
    await publish(client, 'edge-a/batch', BATCH, true);
    const { events, handlers } = handlersOf();
    const settings = { url: `mqtt://127.0.0.1:${plain.port}`, clientId: 'cloud', edges: EDGES, packetBytesMax: 1_024 };
    const between = startBrokerClient(settings, handlers);
    onTestFinished(between.stop);
    await expect.poll(plain.acknowledged).toBe(1);
    expect(events).toEqual(['connected']);
  });

  test('closes the connection on a batch that could not be committed, and takes it when it is sent again', async () => {
    let room = false;
    const { client, heard, events, acknowledged } = await startBetween({
      onBatch: async () => (room ? ok(ACKNOWLEDGEMENT) : fail('disk-full', 'no room')),
    });
    await publish(client, 'edge-a/batch', BATCH);
    await expect.poll(() => events).toEqual(['connected', 'disconnected', 'connected']);
    expect([heard, acknowledged()]).toEqual([[], 0]);
    room = true;
    await publish(client, 'edge-a/batch', BATCH);
    await expect.poll(() => heard).toHaveLength(1);
  });

  test('comes back by itself after the broker was away', async () => {
    const first = await startPlainBroker();
    const { events, handlers } = handlersOf();
    const url = `mqtt://127.0.0.1:${first.port}`;
    const between = startBrokerClient({ url, clientId: 'cloud', edges: EDGES, packetBytesMax: 1_024 }, handlers, 20);
    onTestFinished(between.stop);
    await expect.poll(() => events).toEqual(['connected']);
    await first.stop();
    await expect.poll(() => between.isConnected()).toBe(false);
    const second = await startPlainBroker(first.port);
    onTestFinished(second.stop);
    await expect.poll(() => events.at(-1)).toBe('connected');
    const { client, heard } = await connectClient(second.port);
    await publish(client, 'edge-a/batch', BATCH);
    await expect.poll(() => heard).toHaveLength(1);
  });
});

test('a revoked edge delivers nothing through a broker either', async () => {
  const plain = await startPlainBroker();
  onTestFinished(plain.stop);
  const revoked = new Set<string>();
  const { events, handlers } = handlersOf();
  const link = await startLink(
    {
      host: '127.0.0.1',
      port: 0,
      connectionsMax: 10,
      packetBytesMax: 65_536,
      messagesPerSecondMax: 1_000,
      bytesPerSecondMax: 1_000_000,
      edges: EDGES,
      gateways: { certificate: () => fail('unknown-certificate', ''), isRevoked: (edge) => revoked.has(edge) },
      endpointTls: undefined,
      brokerAccess: { url: `mqtt://127.0.0.1:${plain.port}`, clientId: 'cloud' },
    },
    handlers,
  );
  onTestFinished(link.stop);
  await expect.poll(() => events).toContain('connected');
  const { client, heard } = await connectClient(plain.port);
  await publish(client, 'edge-a/batch', BATCH);
  await expect.poll(() => heard).toHaveLength(1);
  revoked.add('edge-a');
  await publish(client, 'edge-a/batch', BATCH);
  await publish(client, 'edge-a/hello', HELLO);
  await expect.poll(plain.acknowledged).toBe(3);
  expect(events).toEqual(['connected', 'batch of edge-a in demo', 'edge-revoked edge-a', 'edge-revoked edge-a']);
  expect(heard).toHaveLength(1);
});
