import { createServer, type Socket } from 'node:net';
import { PACKET_HEADER_ALLOWANCE_BYTES } from '@meetbrug/protocols/mqtt';
import type { EpochMs } from '@meetbrug/protocols/observation';
import { Aedes, type AedesOptions, type Client } from 'aedes';
import type { DeliverMessage } from '../intake/intake.ts';
import { listen } from '../listen.ts';
import type { PublishLocally } from '../publish/local-feed.ts';
import { MACHINE_SCHEDULER } from '../scheduler.ts';
import type { BrokerRefusal, BrokerRefusalReason } from './broker-refusal.ts';
import { limitConnection } from './limit-connection.ts';
import { paceAnswers } from './pace-answers.ts';
import { maySubscribe, TOPIC_LEVELS_MAX } from './publish-rules.ts';
import { type PublishingPeer, takePublish } from './take-publish.ts';

export interface EmbeddedBrokerOptions {
  readonly host: string;
  readonly port: number;
  readonly connectionsMax: number;
  readonly connectionsPerAddressMax: number;
  readonly loginTimeoutMs?: number;
  /** Of one connection; a faster sender is slowed down. */
  readonly messagesPerSecondMax: number;
  readonly deliver: DeliverMessage;
  readonly nowMs: () => EpochMs;
  /** Whether the edge publishes the local feed here: then clients subscribe to that alone, and never publish into it. */
  readonly localFeed: boolean;
  /** Called once for each connection that was not taken or has been ended, and for each last will that was not taken. */
  readonly refused: (refusal: BrokerRefusal) => void;
}

export interface EmbeddedBroker {
  readonly port: number;
  /** For the local feed: past the intake, to subscribers and, where asked, to what a new subscriber gets first. */
  readonly publish: PublishLocally;
  stop(): Promise<void>;
}

interface Peer extends PublishingPeer {
  readonly loggedIn: () => void;
}

/**
 * aedes hands over all packets of one socket read at once, so this is what bounds the group of one connection: 64 KiB,
 * the default, gave groups of about 100 uplinks.
 */
const READ_BUFFER_BYTES = 262_144;
/**
 * A larger packet ends its connection. Well above what a message may have: one that is only too large for the intake goes to
 * quarantine and is answered, or its sender would repeat it for ever.
 */
export const PACKET_BYTES_MAX = 1_048_576;
const LOGIN_TIMEOUT_MS = 10_000;
const CLIENT_ID_CHARACTERS_MAX = 128;
const KEEPALIVE_SECONDS_MAX = 3_600;
/** A subscriber that takes nothing for so long is closed: while it waits it holds up the others. */
const SUBSCRIBER_STALL_MS_MAX = 10_000;
/** Deeper topics are refused by rules of ours, with a reason; this is what the broker's own matching bears. */
const MATCHED_LEVELS_MAX = 4 * TOPIC_LEVELS_MAX;

/**
 * The MQTT broker inside the edge. A publish is acknowledged after the intake has committed it: aedes writes the PUBACK
 * before any subscriber sees a packet, so the durable write stands in `authorizePublish`. An error there closes the
 * client, which then delivers again. The broker keeps nothing of its clients: no retained messages, no queues for absent
 * subscribers. Of the local feed it retains one message a datastream, in memory.
 */
export async function startEmbeddedBroker(options: EmbeddedBrokerOptions): Promise<EmbeddedBroker> {
  const broker = await Aedes.createBroker({
    authorizePublish: takePublish(options, {
      peer: (client) => peers.get(client),
      willRefused: ({ address }, client, detail) => refuse('will-not-taken', address, { client, detail }),
    }),
    // At QoS 0, whatever was asked: a queue for an absent subscriber would have no bound.
    authorizeSubscribe: (_client, subscription, callback) =>
      callback(null, maySubscribe(subscription.topic, options) ? { ...subscription, qos: 0 } : null),
    maxTopicLevels: MATCHED_LEVELS_MAX,
    maxClientsIdLength: CLIENT_ID_CHARACTERS_MAX,
    keepaliveLimit: KEEPALIVE_SECONDS_MAX,
    drainTimeout: SUBSCRIBER_STALL_MS_MAX,
  } as AedesOptions);
  broker.on('clientError', failed);
  broker.on('connectionError', failed);
  broker.on('clientReady', (client) => peers.get(client)?.loggedIn());

  const peers = new WeakMap<Client, Peer>();
  const sockets = new Set<Socket>();
  const addresses = countAddresses(options.connectionsPerAddressMax);
  // Half open, so that a client which publishes and ends is answered: the broker closes after it has read everything.
  const server = createServer({ allowHalfOpen: true }, accept);
  server.maxConnections = options.connectionsMax;
  server.on('drop', (peer) => refuse('connections-max', peer?.remoteAddress ?? ''));
  try {
    const port = await listen(server, 'broker.port', options);
    return { port, publish, stop };
  } catch (error) {
    await closeBroker();
    throw error;
  }

  function accept(socket: Socket): void {
    const address = socket.remoteAddress ?? '';
    if (!addresses.enter(address)) {
      refuse('connections-per-address-max', address);
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      addresses.leave(address);
    });
    const limits = {
      packetBytesMax: PACKET_BYTES_MAX + PACKET_HEADER_ALLOWANCE_BYTES,
      loginTimeoutMs: options.loginTimeoutMs ?? LOGIN_TIMEOUT_MS,
      readBufferBytes: READ_BUFFER_BYTES,
    };
    const refuseOnce = once((reason: BrokerRefusalReason, detail: string) =>
      refuse(reason, address, { client: client.id ?? '', detail }),
    );
    const { stream, loggedIn } = limitConnection(socket, limits, (reason) => refuseOnce(reason, ''));
    const client = broker.handle(stream);
    const pace = paceAnswers(options.messagesPerSecondMax, MACHINE_SCHEDULER, () => performance.now());
    socket.once('close', () => pace.end());
    peers.set(client, { address, loggedIn, pace, refuseOnce });
  }

  function failed(client: Client, error: Error): void {
    peers.get(client)?.refuseOnce('connection-failed', error.message);
  }

  function refuse(reason: BrokerRefusalReason, address: string, more = { client: '', detail: '' }): void {
    options.refused({ reason, address, ...more });
  }

  function publish({ topic, payload, retain }: Parameters<PublishLocally>[0], done: () => void): void {
    broker.publish({ cmd: 'publish', topic, payload, retain, qos: 0, dup: false }, () => done());
  }

  function closeBroker(): Promise<void> {
    return new Promise((resolve) => broker.close(() => resolve()));
  }

  async function stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    await closeBroker();
    for (const socket of sockets) socket.destroy();
    await closed;
  }
}

/** How many connections each address has: no more entries than there are connections. */
function countAddresses(max: number) {
  const counts = new Map<string, number>();
  return {
    enter(address: string): boolean {
      const count = counts.get(address) ?? 0;
      if (count >= max) return false;
      counts.set(address, count + 1);
      return true;
    },
    leave(address: string): void {
      const count = counts.get(address) ?? 0;
      if (count > 1) counts.set(address, count - 1);
      else counts.delete(address);
    },
  };
}

function once<Arguments extends unknown[]>(act: (...given: Arguments) => void): (...given: Arguments) => void {
  let isDone = false;
  return (...given) => {
    if (isDone) return;
    isDone = true;
    act(...given);
  };
}
