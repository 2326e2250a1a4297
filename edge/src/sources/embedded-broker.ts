import { createServer, type Socket } from 'node:net';
import type { EpochMs } from '@meetbrug/protocols/observation';
import { Aedes, type AedesOptions } from 'aedes';
import type { DeliverMessage } from '../intake/intake.ts';
import { listen } from '../listen.ts';
import { LOCAL_FEED_TOPICS, type PublishLocally } from '../publish/local-feed.ts';

export interface EmbeddedBrokerOptions {
  readonly host: string;
  readonly port: number;
  readonly connectionsMax: number;
  readonly deliver: DeliverMessage;
  readonly nowMs: () => EpochMs;
  /** Whether the edge publishes the local feed here: then clients subscribe to that alone, and never publish into it. */
  readonly localFeed: boolean;
  readonly connectionFailed: (client: string, error: Error) => void;
}

export interface EmbeddedBroker {
  readonly port: number;
  /** For the local feed: past the intake, to subscribers and, where asked, to what a new subscriber gets first. */
  readonly publish: PublishLocally;
  stop(): Promise<void>;
}

/**
 * aedes hands over all packets of one socket read at once, so this is what bounds the group of one connection: 64 KiB,
 * the default, gave groups of about 100 uplinks.
 */
const READ_BUFFER_BYTES = 262_144;
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
  broker.on('clientError', (client, error) => options.connectionFailed(client.id, error));
  broker.on('connectionError', (client, error) => options.connectionFailed(client?.id ?? '', error));

  const sockets = new Set<Socket>();
  const server = createServer({ highWaterMark: READ_BUFFER_BYTES }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    broker.handle(socket);
  });
  server.maxConnections = options.connectionsMax;
  try {
    const port = await listen(server, 'broker.port', options);
    return { port, publish, stop };
  } catch (error) {
    await closeBroker();
    throw error;
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
    // Replacing the hook replaces the built-in check: a forged $SYS message disconnects other clients.
    if (packet.topic.startsWith(SYSTEM_TOPICS)) return callback(new Error('$SYS topics belong to the broker'));
    if (localFeed && packet.topic.startsWith(LOCAL_FEED_TOPICS)) {
      return callback(new Error(`${LOCAL_FEED_TOPICS} topics belong to the edge`));
    }
    packet.retain = false;
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    deliver({ topic: packet.topic, payload, receivedMs: nowMs() }, (outcome) =>
      callback(outcome.ok ? null : new Error(outcome.fault.detail)),
    );
  };
}

/** At QoS 0, whatever was asked: a queue for an absent subscriber would have no bound. */
function authorizeSubscribe({ localFeed }: EmbeddedBrokerOptions): NonNullable<AedesOptions['authorizeSubscribe']> {
  return (_client, subscription, callback) => {
    const { topic } = subscription;
    const refused = localFeed ? !topic.startsWith(LOCAL_FEED_TOPICS) : topic.startsWith('$');
    callback(null, refused ? null : { ...subscription, qos: 0 });
  };
}
