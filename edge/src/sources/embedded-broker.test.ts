import { connect as connectTcp, type Socket } from 'node:net';
import type { EpochMs } from '@meetbrug/protocols/observation';
import { fail, ok } from '@meetbrug/protocols/result';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { BrokerRefusal } from './broker-refusal.ts';
import {
  type EmbeddedBroker,
  type EmbeddedBrokerOptions,
  PACKET_BYTES_MAX,
  startEmbeddedBroker,
} from './embedded-broker.ts';

/** MQTT 3.1.1, clean session, keep-alive of 60 s, client id "a" (section 3.1). */
const CONNECT = Buffer.from([0x10, 13, 0, 4, ...Buffer.from('MQTT'), 4, 2, 0, 60, 0, 1, 0x61]);
const CONNACK = Buffer.from([0x20, 2, 0, 0]);

let broker: EmbeddedBroker | undefined;
let client: MqttClient | undefined;
const sockets: Socket[] = [];
let refusals: BrokerRefusal[] = [];
let delivered: string[] = [];

afterEach(async () => {
  await client?.endAsync(true);
  for (const socket of sockets.splice(0)) socket.destroy();
  await broker?.stop();
  client = undefined;
  broker = undefined;
});

async function start(changes: Partial<EmbeddedBrokerOptions> = {}): Promise<EmbeddedBroker> {
  // Of this broker alone: an earlier one may still have something to say.
  const ownRefusals: BrokerRefusal[] = [];
  const ownTopics: string[] = [];
  refusals = ownRefusals;
  delivered = ownTopics;
  broker = await startEmbeddedBroker({
    host: '127.0.0.1',
    port: 0,
    connectionsMax: 100,
    connectionsPerAddressMax: 50,
    messagesPerSecondMax: 20_000,
    nowMs: () => 0 as EpochMs,
    localFeed: false,
    deliver: ({ topic }, done) => {
      ownTopics.push(topic);
      setImmediate(done, ok(undefined));
    },
    refused: (refusal) => ownRefusals.push(refusal),
    ...changes,
  });
  return broker;
}

/** A peer that says what it likes. */
function openSocket({ port }: EmbeddedBroker) {
  const socket = connectTcp(port, '127.0.0.1');
  sockets.push(socket);
  const heard: Buffer[] = [];
  socket.on('data', (chunk) => heard.push(chunk));
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return { socket, closed, heard: () => Buffer.concat(heard) };
}

async function connectClient({ port }: EmbeddedBroker, options: IClientOptions = {}): Promise<MqttClient> {
  client = await connectAsync(`mqtt://127.0.0.1:${port}`, { ...options, reconnectPeriod: 0 });
  client.on('error', () => undefined);
  return client;
}

/** QoS 0 PUBLISH (section 3.3); short enough for a length of one byte. */
function publishPacket(topic: string, payload: string): Buffer {
  const name = Buffer.from(topic);
  const body = Buffer.concat([Buffer.from([0, name.length]), name, Buffer.from(payload)]);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}

/** Calls back after so many turns of the event loop: a commit that takes a while. */
function afterTurns(turns: number, done: () => void): void {
  if (turns === 0) done();
  else setImmediate(afterTurns, turns - 1, done);
}

const reasons = () => refusals.map(({ reason }) => reason);

describe('the embedded broker', () => {
  it.each([
    ['a CONNECT that announces 200 MB', Buffer.from([0x10, 0x80, 0x88, 0xaf, 0x5f]), 'connect-too-large'],
    ['a packet before its CONNECT', publishPacket('a', 'b'), 'not-a-connect'],
    ['a request in HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n'), 'not-a-connect'],
  ])('closes a peer that sends %s, and says why once', async (_what, bytes, reason) => {
    const peer = openSocket(await start());
    peer.socket.write(bytes);
    await peer.closed;
    expect(refusals).toEqual([{ reason, address: '127.0.0.1', client: '', detail: '' }]);
  });

  it('closes a peer whose CONNECT is not whole in time', async () => {
    const peer = openSocket(await start({ loginTimeoutMs: 50 }));
    peer.socket.write(CONNECT.subarray(0, 6));
    await peer.closed;
    expect(reasons()).toEqual(['login-timeout']);
  });

  it('keeps a peer that has logged in beyond that time', async () => {
    const own = await start({ loginTimeoutMs: 500 });
    const peer = openSocket(own);
    peer.socket.write(CONNECT);
    await vi.waitFor(() => expect(peer.heard()).toEqual(CONNACK));
    // Its time begins later, so when it is over that of the first would be too.
    await openSocket(own).closed;
    peer.socket.write(publishPacket('still/here', 'x'));
    await vi.waitFor(() => expect(delivered).toEqual(['still/here']));
    expect(reasons()).toEqual(['login-timeout']);
  });

  it('takes what a peer sends along with its CONNECT, after the login and in order', async () => {
    const peer = openSocket(await start());
    const topics = Array.from({ length: 100 }, (_, index) => `early/${index}`);
    peer.socket.write(Buffer.concat([CONNECT, ...topics.map((topic) => publishPacket(topic, 'x'))]));
    await vi.waitFor(() => expect(delivered).toEqual(topics));
    expect(peer.heard()).toEqual(CONNACK);
    expect(refusals).toEqual([]);
  });

  it('takes everything of a peer that publishes and ends at once', async () => {
    const peer = openSocket(
      await start({
        deliver: ({ topic }, done) => {
          delivered.push(topic);
          afterTurns(200, () => done(ok(undefined)));
        },
      }),
    );
    const topics = Array.from({ length: 2_000 }, (_, index) => `last/${index}`);
    peer.socket.end(Buffer.concat([CONNECT, ...topics.map((topic) => publishPacket(topic, 'x'.repeat(100)))]));
    await peer.closed;
    expect(delivered).toEqual(topics);
  });

  it('says once why it closed a client, however many messages of it were under way', async () => {
    const own = await start({ deliver: (_message, done) => setImmediate(done, fail('outbox-full', 'no room')) });
    const peer = openSocket(own);
    peer.socket.write(Buffer.concat([CONNECT, ...Array.from({ length: 50 }, () => publishPacket('a', 'x'))]));
    await peer.closed;
    await new Promise<void>((resolve) => afterTurns(100, resolve));
    expect(refusals).toEqual([{ reason: 'message-not-taken', address: '127.0.0.1', client: 'a', detail: 'no room' }]);
  });

  it('closes a peer that ends before its CONNECT is whole', async () => {
    const peer = openSocket(await start());
    peer.socket.end(CONNECT.subarray(0, 6));
    await peer.closed;
    expect(delivered).toEqual([]);
  });

  it('closes one connection more than an address may have, and takes it when another has gone', async () => {
    const own = await start({ connectionsPerAddressMax: 2 });
    const first = openSocket(own);
    const second = openSocket(own);
    first.socket.write(CONNECT);
    second.socket.write(Buffer.from([...CONNECT.subarray(0, -1), 0x62]));
    await vi.waitFor(() => expect([first.heard(), second.heard()]).toEqual([CONNACK, CONNACK]));
    const third = openSocket(own);
    await third.closed;
    expect(reasons()).toEqual(['connections-per-address-max']);
    for (const { socket } of [first, second]) socket.destroy();
    await vi.waitFor(async () => {
      const again = openSocket(own);
      again.socket.write(CONNECT);
      await Promise.race([again.closed, new Promise((resolve) => again.socket.once('data', resolve))]);
      expect(again.heard()).toEqual(CONNACK);
    });
  });

  it('counts the connections beyond its own bound', async () => {
    const own = await start({ connectionsMax: 1 });
    await connectClient(own);
    await openSocket(own).closed;
    expect(reasons()).toEqual(['connections-max']);
  });

  it.each<[string, string, number, string]>([
    ['a packet that is too large', 'a/b', PACKET_BYTES_MAX + 1_000, 'packet-too-large'],
    ['a topic that is too long', 't'.repeat(513), 1, 'topic-too-long'],
    ['a topic that is too long in UTF-8 only', 'é'.repeat(257), 1, 'topic-too-long'],
    ['a topic of the broker', '$SYS/forged', 1, 'topic-reserved'],
    ['a topic of too many levels', '/'.repeat(16), 1, 'topic-too-deep'],
    ['a topic of far too many levels', '/'.repeat(500), 1, 'connection-failed'],
  ])('closes a client that publishes %s', async (_what, topic, payloadBytes, reason) => {
    const publisher = await connectClient(await start(), { clientId: 'publisher' });
    const closed = new Promise<void>((resolve) => publisher.once('close', () => resolve()));
    publisher.publish(topic, Buffer.alloc(payloadBytes), { qos: 1 }, () => undefined);
    await closed;
    expect(refusals).toMatchObject([{ reason, client: 'publisher', address: '127.0.0.1' }]);
    expect(delivered).toEqual([]);
  });

  it('takes the largest payload under the longest topic', async () => {
    const publisher = await connectClient(await start());
    const topic = 't'.repeat(512);
    await publisher.publishAsync(topic, Buffer.alloc(PACKET_BYTES_MAX), { qos: 1 });
    expect(delivered).toEqual([topic]);
    expect(refusals).toEqual([]);
  });

  it('refuses a subscription to a topic that is too long', async () => {
    const subscriber = await connectClient(await start());
    await expect(subscriber.subscribeAsync('t'.repeat(513))).rejects.toThrow();
  });
});
