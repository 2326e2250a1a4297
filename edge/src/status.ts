import { type EpochMs, formatInstant } from '@meetbrug/protocols/observation';
import type { EdgeConfig } from './config/edge-config.ts';
import type { EdgeGauges } from './http/metrics.ts';
import { discoverDevice } from './learning/device-snippet.ts';
import { discoveredJson } from './learning/discover-command.ts';
import type { CloudLink } from './link/cloud-link.ts';
import type { Outbox } from './outbox/outbox.ts';
import type { LocalFeed } from './publish/local-feed.ts';

/** Looking for the profiles of a device takes some milliseconds. */
const UNKNOWN_DEVICES_SHOWN = 10;

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
      batchesInFlightMax: link === undefined ? 0 : Math.floor(link.window.batches),
      lastAcknowledgementSecondsAgo: secondsAgo(link?.acknowledgementAgeMs),
      resendingUplinks: outbox.resends.pendingCount,
    },
    outbox: {
      epoch: outbox.epoch,
      nextSequence: outbox.nextSequence,
      bytes: outbox.usedBytes,
      bytesMax: config.outbox.bytesMax,
      gapObservations: Object.fromEntries(outbox.gapTotals),
    },
    quarantine: { records: outbox.quarantineRecordCount, dropped: outbox.quarantineDroppedCount },
    unknownDevices: { count: outbox.unknownDeviceCount, lastSeen: unknownDevices(outbox) },
  };
}

/** The profiles that each may be are in `meetbrug-edge discover` too, with its last payload. */
function unknownDevices(outbox: Outbox) {
  return outbox.unknownDevices(UNKNOWN_DEVICES_SHOWN).map((device) => {
    const { lastPayload: _, ...shown } = discoveredJson(discoverDevice(device));
    return shown;
  });
}

/** Why the edge takes no new data. A cloud that is away is no reason: the outbox is there for that. */
export function notReadyReasons({ config, outbox }: EdgeView): string[] {
  if (outbox.lacksRoom) {
    return ['--data-dir: the disk is full; new uplinks stay with their senders until it has room'];
  }
  if (!outbox.isFull()) return [];
  return [
    `outbox.bytesMax: ${outbox.usedBytes} of ${config.outbox.bytesMax} bytes are in use by uplinks that the cloud has ` +
      'not acknowledged; new uplinks stay with their senders',
  ];
}

function secondsAgo(ageMs: number | undefined): number | null {
  return ageMs === undefined ? null : Math.floor(ageMs / 1_000);
}

/** What the metrics read when somebody asks for them. */
export function edgeGauges({ outbox, link, localFeed }: EdgeView): EdgeGauges {
  return {
    backlogUplinks: () => outbox.behindCount,
    outboxBytes: () => outbox.usedBytes,
    quarantineRecords: () => outbox.quarantineRecordCount,
    quarantineDropped: () => outbox.quarantineDroppedCount,
    unknownDevices: () => outbox.unknownDeviceCount,
    isLinkConnected: () => link?.isConnected ?? false,
    acknowledgementAgeMs: () => link?.acknowledgementAgeMs,
    ackTimeoutMs: () => link?.window.ackTimeoutMs,
    batchesInFlightMax: () => link?.window.batches,
    resendingUplinks: () => outbox.resends.pendingCount,
    gapObservations: () => outbox.gapTotals,
    unpublishedCounts: () => outbox.unpublishedCounts,
    localFeedDropped: () => localFeed?.droppedCount ?? 0,
  };
}
