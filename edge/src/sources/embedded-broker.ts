import { createServer, type Socket } from 'node:net';
import { PACKET_HEADER_ALLOWANCE_BYTES, TOPIC_BYTES_MAX } from '@meetbrug/protocols/mqtt';
import type { EpochMs } from '@meetbrug/protocols/observation';
import { Aedes, type AedesOptions, type Client } from 'aedes';
import type { DeliverMessage } from '../intake/intake.ts';
import { listen } from '../listen.ts';
import { LOCAL_FEED_TOPICS, type PublishLocally } from '../publish/local-feed.ts';
import { type BrokerRefusal, type BrokerRefusalReason, PublishRefusedError } from './broker-refusal.ts';
import { limitConnection } from './limit-connection.ts';

export interface EmbeddedBrokerOptions {
  readonly host: string;
  readonly port: number;
  readonly connectionsMax: number;
  readonly connectionsPerAddressMax: number;
  readonly loginTimeoutMs?: number;
  readonly deliver: DeliverMessage;
  readonly nowMs: () => EpochMs;
  /** Whether the edge publishes the local feed here: then clients subscribe to that alone, and never publish into it. */
  readonly localFeed: boolean;
  /** Called once for each connection that was not taken or has been ended. */
  readonly refused: (refusal: BrokerRefusal) => void;
}

export interface EmbeddedBroker {
  readonly port: number;
  /** For the local feed: past the intake, to subscribers and, where asked, to what a new subscriber gets first. */
  readonly publish: PublishLocally;
  stop(): Promise<void>;
}

interface Peer {
  readonly loggedIn: () => void;
  /** Each of a closed client's packets that was under way fails once more; only the first says why it was closed. */
  readonly refuseOnce: (reason: BrokerRefusalReason, detail: string) => void;
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
const TOPIC_LEVELS_MAX = 12;
const CLIENT_ID_CHARACTERS_MAX = 128;
const KEEPALIVE_SECONDS_MAX = 3_600;
/** A subscriber that takes nothing for so long is closed: while it waits it holds up the others. */
const SUBSCRIBER_STALL_MS_MAX = 10_000;
const SYSTEM_TOPICS = '$SYS/';

/**
 * The MQTT broker inside the edge. A publish is acknowledged after the intake has committed it: aedes writes the PUBACK
 * before any subscriber sees a packet, so the durable write stands in `authorizePublish`. An error there closes the
 * client, which then delivers again. The broker keeps nothing of its clients: no retained messages, no queues for absent
 * subscribers. Of the local feed it retains one message a datastream, in memory.
 */
export async function startEmbeddedBroker(options: EmbeddedBrokerOptions): Promise<EmbeddedBroker> {
  const broker = await Aedes.createBroker({
    authorizePublish: authorizePublish(options),
    authorizeSubscribe: authorizeSubscribe(options),
    maxTopicLevels: TOPIC_LEVELS_MAX,
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
    peers.set(client, { loggedIn, refuseOnce });
  }

  function failed(client: Client, error: Error): void {
    const reason = error instanceof PublishRefusedError ? error.reason : 'connection-failed';
    peers.get(client)?.refuseOnce(reason, error.message);
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

function authorizePublish(options: EmbeddedBrokerOptions): NonNullable<AedesOptions['authorizePublish']> {
  const { deliver, nowMs, localFeed } = options;
  return (client, packet, callback) => {
    // A will of an earlier run comes without a client: nobody vouches for it. Other wills take the way of every message.
    if (client === null) return callback(new Error('a will without a client is not accepted'));
    if (isTooLong(packet.topic)) {
      return callback(new PublishRefusedError('topic-too-long', `a topic has at most ${TOPIC_BYTES_MAX} bytes`));
    }
    // Replacing the hook replaces the built-in check: a forged $SYS message disconnects other clients.
    if (packet.topic.startsWith(SYSTEM_TOPICS)) {
      return callback(new PublishRefusedError('topic-reserved', '$SYS topics belong to the broker'));
    }
    if (localFeed && packet.topic.startsWith(LOCAL_FEED_TOPICS)) {
      return callback(new PublishRefusedError('topic-reserved', `${LOCAL_FEED_TOPICS} topics belong to the edge`));
    }
    packet.retain = false;
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    deliver({ topic: packet.topic, payload, receivedMs: nowMs() }, (outcome) =>
      callback(outcome.ok ? null : new PublishRefusedError('message-not-taken', outcome.fault.detail)),
    );
  };
}

/** At QoS 0, whatever was asked: a queue for an absent subscriber would have no bound. */
function authorizeSubscribe({ localFeed }: EmbeddedBrokerOptions): NonNullable<AedesOptions['authorizeSubscribe']> {
  return (_client, subscription, callback) => {
    const { topic } = subscription;
    const refused = localFeed ? !topic.startsWith(LOCAL_FEED_TOPICS) : topic.startsWith('$');
    callback(null, refused || isTooLong(topic) ? null : { ...subscription, qos: 0 });
  };
}

function isTooLong(topic: string): boolean {
  // A character takes at most three bytes in UTF-8, so most topics need no counting.
  return topic.length * 3 > TOPIC_BYTES_MAX && Buffer.byteLength(topic) > TOPIC_BYTES_MAX;
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
