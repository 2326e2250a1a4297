import { setTimeout as delay } from 'node:timers/promises';
import type { Registry } from 'prom-client';
import type { Access } from '../access/access.ts';
import type { ReadScope } from '../access/read-scope.ts';
import type { PushConfig } from '../config/push-config.ts';
import type { ServerTls } from '../gateways/server-tls.ts';
import type { StreamHead } from '../log/streams.ts';
import type { ReadPool } from '../read/read-pool.ts';
import { createChunkPackets } from './chunk-packets.ts';
import { createConnectionSlots } from './connection-slots.ts';
import { createEventDoor, type EventsAsked } from './event-door.ts';
import { createPushMetrics } from './push-metrics.ts';
import { readHeads } from './read-heads.ts';
import { createReaderBroker, type ReaderBroker } from './reader-broker.ts';
import { type ReaderListener, startReaderListener } from './reader-listener.ts';
import { createStreamFeeds } from './stream-feeds.ts';

export interface PushSettings {
  readonly config: PushConfig;
  readonly readers: Pick<ReadPool, 'run'>;
  readonly access: Pick<Access, 'recognise' | 'mayRead' | 'isPrivate' | 'onChanged'>;
  /** The streams that are served, by organisation and stream: the store keeps others too. */
  readonly feeds: ReadonlyMap<string, unknown>;
  /** Of this cloud's own authority; there when `mqtt.tls` is set. */
  readonly tls: ServerTls | undefined;
  readonly registry: Registry;
  readonly storeFile: string;
}

/** Pushes what is committed to readers that stay connected. */
export interface Push {
  /** Undefined without `push.mqtt`. */
  readonly mqttPort: number | undefined;
  /** For the writer to say what it committed, or closed. */
  onHeads(heads: readonly StreamHead[]): void;
  /** A stream's events for somebody who may read it; undefined when there is no such stream, or it is not served. */
  answer(organisation: string, stream: string, asked: EventsAsked): Response | undefined;
  stop(): Promise<void>;
}

/** The log is read once for all who follow a stream; each of them was let in by a door. */
const SCOPE_OF_FOLLOWERS: ReadScope = { identity: 'push', mayRead: () => true, closed: [] };
const TICK_MS = 1_000;
/** Between a read that found no reader free, or failed, and the next. */
const PAUSE_MS = 100;

/** Rejects when the port of `push.mqtt` cannot be had. */
export async function startPush(settings: PushSettings): Promise<Push> {
  const { config, readers, access, registry } = settings;
  const isServed = (organisation: string, stream: string) => settings.feeds.has(`${organisation}/${stream}`);
  const elapsedMs = () => performance.now();
  const slots = createConnectionSlots({ together: config.connectionsMax, perAddress: config.connectionsPerAddressMax });
  const mqttSlots = createConnectionSlots({
    together: config.mqtt?.connectionsMax ?? 0,
    perAddress: config.mqtt?.connectionsPerAddressMax ?? 0,
  });
  const metrics = createPushMetrics(registry, { events: slots.taken, mqtt: mqttSlots.taken });
  const { bufferBytesMax, slowSeconds, heartbeatSeconds } = config;
  const running: { broker?: ReaderBroker; listener?: ReaderListener } = {};

  const feeds = createStreamFeeds(
    {
      read: (request) => readers.run({ kind: 'events', ...request }, SCOPE_OF_FOLLOWERS),
      pause: () => delay(PAUSE_MS),
    },
    readHeads(settings.storeFile),
    (named) => {
      if (!access.isPrivate(named.organisation, named.stream)) running.broker?.offer(named);
    },
  );
  const door = createEventDoor({
    bufferBytesMax,
    slowSeconds,
    heartbeatSeconds,
    slots,
    access,
    elapsedMs,
    onRefused: metrics.recordRefusal,
    onCut: metrics.recordCut,
  });

  async function startMqtt(mqtt: NonNullable<PushConfig['mqtt']>): Promise<void> {
    const broker = await createReaderBroker({
      subscriptionsMax: mqtt.subscriptionsMax,
      bufferBytesMax,
      slowMs: slowSeconds * 1_000,
      elapsedMs,
      packetsOf: createChunkPackets(),
      feeds: function* () {
        for (const named of feeds.list()) if (!access.isPrivate(named.organisation, named.stream)) yield named;
      },
      isServed,
      onCut: metrics.recordCut,
      onRefused: metrics.recordRefusal,
    });
    running.broker = broker;
    const { host, port } = mqtt;
    const tls = mqtt.tls && settings.tls;
    const { recordRefusal: onRefused } = metrics;
    try {
      running.listener = await startReaderListener({ host, port, tls, slots: mqttSlots, onRefused }, broker);
    } catch (error) {
      await broker.close();
      throw error;
    }
  }
  if (config.mqtt !== undefined) await startMqtt(config.mqtt);

  const ticking = setInterval(() => {
    door.tick();
    running.broker?.tick();
  }, TICK_MS);
  const stopListening = access.onChanged(() => door.review());
  // Nobody could say what was committed since they were read: this was not running yet.
  feeds.setHeads(readHeads(settings.storeFile));

  return {
    mqttPort: running.listener?.port,
    onHeads: feeds.setHeads,
    answer(organisation, stream, asked) {
      const named = isServed(organisation, stream) ? feeds.find(organisation, stream) : undefined;
      return named && door.answer(named, asked);
    },
    async stop() {
      clearInterval(ticking);
      stopListening();
      feeds.stop();
      await running.listener?.stop();
      await running.broker?.close();
    },
  };
}
