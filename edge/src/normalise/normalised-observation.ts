import type { Observation } from '@meetbrug/protocols/observation';
import type { Fault } from '@meetbrug/protocols/result';
import type { Datastream } from './datastream.ts';

/** An observation whose datastream has not been given its description version yet: the outbox does that on commit. */
export type NormalisedObservation = Omit<Observation, 'datastream' | 'descriptionVersion'> & {
  readonly datastream: Datastream;
};

export type ReadingFaultCode = 'outside-range' | 'bad-unit' | 'unknown-channel';

/** A value that cannot become an observation; the others of its uplink go on. */
export type ReadingFault = Fault<ReadingFaultCode>;
