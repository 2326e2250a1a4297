import type { SequenceRange } from '@meetbrug/protocols/delivery';
import type { DatastreamKey, EpochMs } from '@meetbrug/protocols/observation';
import type { CounterState } from '../derive/counter/mod.ts';
import type { NormalisedObservation } from '../normalise/normalised-observation.ts';
import type { CountContribution } from '../privacy/withhold-counts.ts';
import type { QuarantineBounds, QuarantineRecord } from './quarantine-store.ts';
import type { SessionCounter } from './session-counter-store.ts';
import type { StoredGap } from './stored-gaps.ts';
import type { StoredObservation } from './stored-observations.ts';
import type { UplinkFingerprint } from './uplink-fingerprint.ts';

/** What happens to new uplinks, or to old ones, when the bound in bytes is reached by what the cloud has not acknowledged. */
export const OVERFLOW_POLICIES = ['refuse', 'drop-oldest', 'thin-out'] as const;
export type OverflowPolicy = (typeof OVERFLOW_POLICIES)[number];

export interface OutboxBounds {
  readonly bytesMax: number;
  readonly whenFull: OverflowPolicy;
  /** Thinning starts with one value of a datastream in so much phenomenon time. */
  readonly thinOutIntervalSeconds: number;
  /** What waits longer for the cloud is discarded. */
  readonly keepUnacknowledgedDays: number;
  /** Least time between two reports of gaps of a known kind. */
  readonly gapReportSeconds: number;
  readonly keepAcknowledgedDays: number;
  readonly uplinksMax: number;
  readonly quarantine: QuarantineBounds;
  /** Devices that are not configured and are remembered: beyond it the one that was not seen for longest goes. */
  readonly unknownDevicesMax: number;
}

export interface NewUplink {
  readonly receivedMs: EpochMs;
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly fingerprint: UplinkFingerprint;
  readonly observations: readonly NormalisedObservation[];
  /** Counts that leave the edge as part of a sum only. */
  readonly contributions: readonly CountContribution[];
  /** Counters that the uplink has moved. */
  readonly counters: ReadonlyMap<DatastreamKey, CounterState>;
}

/** Writes inside one transaction. */
export interface GroupWriter {
  addUplink(uplink: NewUplink): void;
  addQuarantine(record: QuarantineRecord): void;
  /** Moves the frame counter of a LoRaWAN session. */
  setFrameCounter(counter: SessionCounter): void;
}

/** Writes inside one transaction what became of raw forms that were run again. */
export interface ReplayWriter extends GroupWriter {
  /** Takes a record out of the quarantine. */
  resolveQuarantine(id: number): void;
  /** Says anew why a record stays in the quarantine. */
  restateQuarantine(id: number, reason: string, detail: string): void;
  /** Lets the raw form of a row go; the uplink that was added last holds it now. */
  dropRawForm(rowId: number): void;
}

export interface StoredUplink {
  readonly sequence: number;
  readonly receivedMs: EpochMs;
  readonly observations: readonly StoredObservation[];
  /** In a row that reports what was discarded; it has no observations. */
  readonly gaps?: readonly StoredGap[];
}

export interface ReadUplinks {
  readonly uplinks: readonly StoredUplink[];
  /** The last sequence that was looked at; the range ended here, or the bound in bytes was reached. */
  readonly through: number;
  /** Rows whose checksum is wrong: put aside in the quarantine by this call. */
  readonly damaged: readonly number[];
  /** Sequences of the range that have no row. */
  readonly missing: readonly SequenceRange[];
}
