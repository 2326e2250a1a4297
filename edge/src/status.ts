import { type EpochMs, formatInstant } from '@meetbrug/protocols/observation';
import type { EdgeConfig } from './config/edge-config.ts';
import type { EdgeGauges } from './http/metrics.ts';
import type { CloudLink } from './link/cloud-link.ts';
import type { Outbox } from './outbox/outbox.ts';
import type { LocalFeed } from './publish/local-feed.ts';

export interface EdgeView {
  readonly config: EdgeConfig;
  readonly outbox: Outbox;
  readonly link: CloudLink | undefined;
  readonly localFeed: LocalFeed | undefined;
}

/** The status page of an edge as JSON. */
export function edgeStatus({ config, outbox, link }: EdgeView, nowMs: EpochMs) {
  const oldestMs = outbox.oldestUnacknowledgedMs;
  return {
    edge: config.edge,
    organisation: config.organisation,
    time: formatInstant(nowMs),
    devices: config.devices.length,
    cloud: {
      configured: config.cloud !== undefined,
      connected: link?.isConnected ?? false,
      behindUplinks: outbox.behindCount,
      oldestUnacknowledged: oldestMs === undefined ? null : formatInstant(oldestMs),
      batchesInFlight: link?.inFlightCount ?? 0,
    },
    outbox: {
      epoch: outbox.epoch,
      nextSequence: outbox.nextSequence,
      bytes: outbox.usedBytes,
      bytesMax: config.outbox.bytesMax,
    },
    quarantine: { records: outbox.quarantineRecordCount, dropped: outbox.quarantineDroppedCount },
  };
}

/** Why the edge takes no new data. A cloud that is away is no reason: the outbox is there for that. */
export function notReadyReasons({ config, outbox }: EdgeView): string[] {
  if (!outbox.isFull()) return [];
  return [
    `outbox.bytesMax: ${outbox.usedBytes} of ${config.outbox.bytesMax} bytes are in use by uplinks that the cloud has ` +
      'not acknowledged; new uplinks stay with their senders',
  ];
}

/** What the metrics read when somebody asks for them. */
export function edgeGauges({ outbox, link, localFeed }: EdgeView): EdgeGauges {
  return {
    backlogUplinks: () => outbox.behindCount,
    outboxBytes: () => outbox.usedBytes,
    quarantineRecords: () => outbox.quarantineRecordCount,
    quarantineDropped: () => outbox.quarantineDroppedCount,
    isLinkConnected: () => link?.isConnected ?? false,
    unpublishedCounts: () => outbox.unpublishedCounts,
    localFeedDropped: () => localFeed?.droppedCount ?? 0,
  };
}
