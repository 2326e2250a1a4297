import type { SequenceRange } from '@meetbrug/protocols/delivery';
import type { DatastreamKey, EpochMs } from '@meetbrug/protocols/observation';
import type { CounterState } from '../derive/counter/mod.ts';
import type { NormalisedObservation } from '../normalise/normalised-observation.ts';
import type { CountContribution } from '../privacy/withhold-counts.ts';
import type { QuarantineBounds, QuarantineRecord } from './quarantine-store.ts';
import type { StoredObservation } from './stored-observations.ts';
import type { UplinkFingerprint } from './uplink-fingerprint.ts';

export interface OutboxBounds {
  readonly bytesMax: number;
  readonly keepAcknowledgedDays: number;
  readonly uplinksMax: number;
  readonly quarantine: QuarantineBounds;
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
}

export interface StoredUplink {
  readonly sequence: number;
  readonly receivedMs: EpochMs;
  readonly observations: readonly StoredObservation[];
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
