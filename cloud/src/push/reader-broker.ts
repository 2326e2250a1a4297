import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { Aedes, type Client } from 'aedes';
import { createMqttReader, type MqttReader, type MqttReaderSettings } from './mqtt-reader.ts';
import { isSubscribable } from './mqtt-topics.ts';
import { openReaderStream } from './reader-stream.ts';
import type { NamedFeed } from './stream-feeds.ts';

export interface ReaderBrokerSettings extends MqttReaderSettings {
  readonly onRefused: (reason: string) => void;
}

/** The MQTT side of pushing: sessions of readers who can publish nothing. */
export interface ReaderBroker {
  accept(socket: Duplex): void;
  offer(feed: NamedFeed): void;
  tick(): void;
  close(): Promise<void>;
}

const LOGIN_TIMEOUT_MS = 10_000;
/** A SUBSCRIBE is the largest packet that a reader sends. */
const PACKET_BYTES_MAX = 4_096;

/**
 * Sessions are the broker's work, messages are not: each reader has a place in the log, and is written to directly.
 * Through the broker a reader that does not read would hold up the others.
 */
export async function createReaderBroker(settings: ReaderBrokerSettings): Promise<ReaderBroker> {
  const { elapsedMs, onRefused } = settings;
  const readers = new Map<Client, MqttReader>();

  const broker = await Aedes.createBroker({
    connectTimeout: LOGIN_TIMEOUT_MS,
    maxClientsIdLength: 128,
    preConnect(_client, packet, done) {
      if (packet.will !== undefined) {
        onRefused('will-not-allowed');
        return done(new Error('wills are not taken'), false);
      }
      // Nothing is kept for a reader that is away, and nobody takes the place of another by its id.
      packet.clean = true;
      packet.clientId = randomUUID();
      done(null, true);
    },
    // What is here is public: a name and password are neither needed nor looked at.
    authenticate(client, _username, _password, done) {
      const reader = createMqttReader(client.conn as Duplex, settings);
      readers.set(client, reader);
      client.conn.on('close', () => {
        readers.delete(client);
        reader.leave();
      });
      client.conn.emit('logged-in', PACKET_BYTES_MAX);
      done(null, true);
    },
    authorizeSubscribe(client, subscription, done) {
      const isTaken = isSubscribable(subscription.topic) && readers.get(client)?.subscribe(subscription.topic) === true;
      if (!isTaken) onRefused('subscription-not-allowed');
      done(null, isTaken ? subscription : null);
    },
    // Refused before it comes here, from its first byte.
    authorizePublish: (_client, _packet, done) => done(new Error('nothing can be published here')),
  });
  broker.on('unsubscribe', (filters, client) => {
    for (const filter of filters) readers.get(client)?.unsubscribe(filter);
  });

  return {
    accept: (socket) => void broker.handle(openReaderStream(socket, elapsedMs, onRefused)),
    offer(feed) {
      for (const reader of readers.values()) reader.offer(feed);
    },
    tick() {
      for (const reader of readers.values()) reader.tick();
    },
    close: () => new Promise<void>((resolve) => broker.close(resolve)),
  };
}
