import type { DatastreamKey } from './datastream-key.ts';
import type { Decimal } from './decimal.ts';
import type { EpochMs } from './instant.ts';
import type { Quality } from './quality.ts';

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
  readonly value: Decimal;
  readonly quality: Quality;
}
