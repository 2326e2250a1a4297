import type { DatastreamKey } from './datastream-key.ts';
import type { Decimal } from './decimal.ts';
import type { EpochMs } from './instant.ts';
import type { Quality } from './quality.ts';

/**
 * A count too small to publish: somewhere from 0 to `below` − 1. Its value has never left the edge and never will.
 */
export interface SuppressedCount {
  readonly below: number;
}

export type ObservedValue = Decimal | SuppressedCount;

/** An observation that a derived one was computed from, by its identity. */
export interface ObservationInput {
  readonly datastream: DatastreamKey;
  readonly beginMs: EpochMs;
}

/**
 * One value of one datastream, normalised. The three times are kept apart: when it was true (`beginMs`, and `endMs` of a
 * half-open interval), when the result was made (`resultMs`), and when we got it, which belongs to the uplink that
 * carried it (edge) and to the commit (cloud). Identity is (`datastream`, `beginMs`).
 */
export interface Observation {
  readonly datastream: DatastreamKey;
  readonly descriptionVersion: number;
  readonly beginMs: EpochMs;
  /** End of the half-open interval `[beginMs, endMs)`; absent for an instant. */
  readonly endMs?: EpochMs;
  readonly resultMs: EpochMs;
  /** In the unit of the observed property, rounded half-even to its resolution. */
  readonly value: ObservedValue;
  readonly quality: Quality;
  /** What a derived value was computed from; absent for measured values. */
  readonly inputs?: readonly ObservationInput[];
}
