import type { Decimal, EpochMs, Observation } from '@meetbrug/protocols/observation';
import type { Fault } from '@meetbrug/protocols/result';
import type { Datastream } from './datastream.ts';

/** A measured or derived value whose datastream has no description version yet: the outbox gives it on commit. */
export type NormalisedObservation = Omit<Observation, 'datastream' | 'descriptionVersion' | 'value' | 'inputs'> & {
  readonly datastream: Datastream;
  readonly value: Decimal;
  /** What a derived value was computed from, at most 16; absent for measured values. */
  readonly inputs?: readonly NormalisedInput[];
};

/** An observation of this edge by its identity. */
export interface NormalisedInput {
  readonly datastream: Datastream;
  readonly beginMs: EpochMs;
}

export type ReadingFaultCode =
  | 'unreadable-value'
  | 'outside-range'
  | 'bad-unit'
  | 'unknown-channel'
  | 'too-many-observations';

/** A value that cannot become an observation; the others of its uplink go on. */
export type ReadingFault = Fault<ReadingFaultCode>;
