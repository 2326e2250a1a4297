import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { PageUsage } from './http/feed-pages.ts';
import type { BatchCounts } from './log/append-batch.ts';
import type { OutsideResult } from './outside/outside-append.ts';

/** The counters of one cloud, in a registry of their own so that several clouds can share a process. */
export interface CloudMetrics {
  readonly registry: Registry;
  recordBatch(counts: BatchCounts): void;
  recordCommit(seconds: number, quarantineDropped: number): void;
  recordRefusal(reason: string): void;
  /** What came of members that other systems published here. */
  recordOutside(results: readonly OutsideResult[]): void;
  /** Members of other systems that were not taken for what they say. */
  recordOutsideRefused(members: number): void;
}

/** What is looked up at the moment of a scrape. */
export interface Gauges {
  readonly mqttConnections: () => number;
  readonly brokerConnected: () => boolean;
  /** Undefined until pages are served. */
  readonly pages: () => PageUsage | undefined;
  readonly readersReplaced: () => number;
  /** Of the store and all that is made from it; 0 until it was measured. */
  readonly storeBytes: () => number;
  /** Streams that take more than `store.retention.bytes`, since their views promise to keep what they have. */
  readonly streamsOverBytes: () => number;
}

export function createMetrics(gauges: Gauges): CloudMetrics {
  const registry = new Registry();
  const counter = (name: string, help: string) =>
    new Counter({ name: `meetbrug_cloud_${name}_total`, help, registers: [registry] });
  const labelled = (name: string, help: string) =>
    new Counter({ name: `meetbrug_cloud_${name}_total`, help, labelNames: ['reason'], registers: [registry] });
  /** Counted where it happens, without a call for each. */
  const counted = (name: string, help: string, read: () => number) =>
    new Counter({
      name: `meetbrug_cloud_${name}_total`,
      help,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name: `meetbrug_cloud_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });

  const committed = counter('observations_committed', 'Observations that the log gained, corrections included');
  const published = counter('members_published', 'Members that the streams gained, entity versions included');
  const duplicates = counter('duplicates', 'Observations that were known already');
  const superseded = counter('superseded', 'Observations older than the version known');
  const expired = counter('expired', 'Observations of a time that store.retention no longer keeps');
  const corrections = counter('corrections', 'Observations that replaced another value');
  const quarantined = labelled('quarantined', 'Observations and batches put aside');
  const dropped = counter('quarantine_dropped', 'Quarantine records that the bound pushed out');
  const gaps = labelled('gap_observations', 'Observations that are missing from the streams, by reason');
  const refused = labelled('link_refused', 'Connections, subscriptions and publications refused on the link');
  const outside = new Counter({
    name: 'meetbrug_cloud_outside_members_total',
    help: 'Members from outside, by what came of them',
    labelNames: ['result'],
    registers: [registry],
  });
  const commitSeconds = new Histogram({
    name: 'meetbrug_cloud_commit_seconds',
    help: 'Time of one group commit, from reading its batches until the disk has them',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [registry],
  });
  gauge('mqtt_connections', 'Open connections of edges', gauges.mqttConnections);
  gauge('broker_connected', '1 while the broker between is connected, or none is configured', () =>
    Number(gauges.brokerConnected()),
  );
  gauge('cached_page_bytes', 'Bytes of finished pages in memory', () => gauges.pages()?.bytes ?? 0);
  gauge('page_file_bytes', 'Bytes of finished pages on disk', () => gauges.pages()?.fileBytes ?? 0);
  counted('pages_from_memory', 'Pages answered from memory', () => gauges.pages()?.memoryHits ?? 0);
  counted('pages_from_disk', 'Pages answered from disk', () => gauges.pages()?.fileHits ?? 0);
  counted('pages_made', 'Pages that were in neither and were made', () => gauges.pages()?.misses ?? 0);
  gauge('readers_replaced', 'Read workers replaced since the start', gauges.readersReplaced);
  gauge(
    'store_streams_over_bytes',
    'Streams that take more than store.retention.bytes because their views promise it',
    gauges.streamsOverBytes,
  );
  gauge('store_bytes', 'Bytes of log, series, indexes and cold files', gauges.storeBytes);

  return {
    registry,
    recordBatch(counts) {
      committed.inc(counts.committed);
      published.inc(counts.published);
      duplicates.inc(counts.duplicates);
      superseded.inc(counts.superseded);
      expired.inc(counts.expired);
      corrections.inc(counts.corrections);
      for (const [reason, count] of Object.entries(counts.quarantined)) quarantined.inc({ reason }, count);
      for (const [reason, count] of Object.entries(counts.gaps)) gaps.inc({ reason }, count);
    },
    recordCommit(seconds, quarantineDropped) {
      commitSeconds.observe(seconds);
      dropped.inc(quarantineDropped);
    },
    recordRefusal: (reason) => refused.inc({ reason }),
    recordOutside(results) {
      for (const result of results) outside.inc({ result });
    },
    recordOutsideRefused: (members) => outside.inc({ result: 'refused' }, members),
  };
}
