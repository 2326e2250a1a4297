import type { Duplex } from 'node:stream';
import type { ChunkPackets } from './chunk-packets.ts';
import type { CutReason } from './event-text.ts';
import type { EventChunk } from './events-task.ts';
import { datastreamsOf, matchesFilter, streamTopic } from './mqtt-topics.ts';
import type { Follower, Sink } from './stream-feed.ts';
import type { NamedFeed } from './stream-feeds.ts';

export interface MqttReaderSettings {
  readonly subscriptionsMax: number;
  readonly bufferBytesMax: number;
  readonly slowMs: number;
  /** A clock that only rises. */
  readonly elapsedMs: () => number;
  readonly packetsOf: (chunk: EventChunk) => ChunkPackets;
  /** The streams that anybody may follow over MQTT. */
  readonly feeds: () => Iterable<NamedFeed>;
  /** Whether a stream has a topic of its own; its observations have theirs either way. */
  readonly isServed: (organisation: string, stream: string) => boolean;
  readonly onCut: (reason: CutReason) => void;
}

/** One reader over MQTT and what it subscribed to. */
export interface MqttReader {
  /** False: it has as many subscriptions as it may. What is committed from now on is sent. */
  subscribe(filter: string): boolean;
  unsubscribe(filter: string): void;
  /** A stream has come into being. */
  offer(feed: NamedFeed): void;
  /** To be called about once a second. */
  tick(): void;
  /** The connection is closed. */
  leave(): void;
}

interface Followed {
  readonly named: NamedFeed;
  follower: Follower | undefined;
  isFull: boolean;
}

/** Follows each stream that a filter may match a message of, with a place in the log of its own. */
export function createMqttReader(stream: Duplex, settings: MqttReaderSettings): MqttReader {
  const { bufferBytesMax, slowMs, elapsedMs, packetsOf, isServed } = settings;
  const filters = new Set<string>();
  const followed = new Map<string, Followed>();
  const single = new Set<number>();
  let wantsAll = false;
  let fullSinceMs: number | undefined;

  stream.on('drain', () => {
    fullSinceMs = undefined;
    for (const one of [...followed.values()].filter(({ isFull }) => isFull)) {
      one.isFull = false;
      one.follower?.ready();
    }
  });

  const wantsObservations = () => wantsAll || single.size > 0;

  /** The topic of a stream's members, when it has one that matches any of these. */
  function topicOf({ organisation, stream: name }: NamedFeed, among: Iterable<string> = filters): string | undefined {
    if (!isServed(organisation, name)) return undefined;
    const topic = streamTopic(organisation, name);
    for (const filter of among) if (matchesFilter(filter, topic)) return topic;
    return undefined;
  }

  function cut(reason: CutReason): void {
    if (stream.destroyed) return;
    settings.onCut(reason);
    // MQTT 3.1.1 has no way to tell a reader why.
    stream.destroy();
  }

  function sinkOf(one: Followed): Sink {
    return {
      wantsObservations,
      take(chunk) {
        if (stream.destroyed) return 'full';
        const packets = packetsOf(chunk);
        const topic = topicOf(one.named);
        if (topic !== undefined) write(packets.ofStream(topic));
        for (const { datastream, packet } of wantsObservations() ? packets.observations() : []) {
          if (wantsAll || single.has(datastream)) write(packet);
        }
        if (stream.writableLength <= bufferBytesMax) return 'ready';
        one.isFull = true;
        fullSinceMs ??= elapsedMs();
        return 'full';
      },
      end: () => undefined,
      cut,
    };
  }

  function write(packets: Uint8Array): void {
    if (packets.length > 0) stream.write(packets);
  }

  function offer(named: NamedFeed, among: Iterable<string> = filters): void {
    const key = `${named.organisation}/${named.stream}`;
    if (followed.has(key) || (topicOf(named, among) === undefined && !wantsObservations())) return;
    const one: Followed = { named, follower: undefined, isFull: false };
    followed.set(key, one);
    one.follower = named.feed.follow(sinkOf(one), named.feed.head());
  }

  function readFilters(): void {
    single.clear();
    wantsAll = false;
    for (const filter of filters) {
      const datastreams = datastreamsOf(filter);
      if (datastreams === 'all') wantsAll = true;
      else if (datastreams !== undefined) single.add(datastreams);
    }
  }

  return {
    subscribe(filter) {
      if (filters.has(filter)) return true;
      if (filters.size >= settings.subscriptionsMax) return false;
      filters.add(filter);
      readFilters();
      for (const named of settings.feeds()) offer(named, [filter]);
      return true;
    },
    unsubscribe(filter) {
      if (!filters.delete(filter)) return;
      readFilters();
      for (const [key, { named, follower }] of followed) {
        if (topicOf(named) !== undefined || wantsObservations()) continue;
        follower?.leave();
        followed.delete(key);
      }
    },
    offer: (named) => offer(named),
    tick() {
      if (fullSinceMs !== undefined && elapsedMs() - fullSinceMs > slowMs) cut('slow-reader');
    },
    leave() {
      for (const { follower } of followed.values()) follower?.leave();
      followed.clear();
    },
  };
}
