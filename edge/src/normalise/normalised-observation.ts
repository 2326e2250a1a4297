import type { Decimal, Observation } from '@meetbrug/protocols/observation';
import type { Fault } from '@meetbrug/protocols/result';
import type { Datastream } from './datastream.ts';

/** A measured or derived value whose datastream has no description version yet: the outbox gives it on commit. */
export type NormalisedObservation = Omit<Observation, 'datastream' | 'descriptionVersion' | 'value'> & {
  readonly datastream: Datastream;
  readonly value: Decimal;
};

export type ReadingFaultCode = 'outside-range' | 'bad-unit' | 'unknown-channel';

/** A value that cannot become an observation; the others of its uplink go on. */
export type ReadingFault = Fault<ReadingFaultCode>;
