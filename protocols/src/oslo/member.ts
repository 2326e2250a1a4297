import type { DatastreamDescription } from '../observation/datastream-description.ts';
import type { EpochMs } from '../observation/instant.ts';
import type { DescribedEntity } from './described-entity.ts';

/** One version of one observation, as the log holds it. */
export interface ObservationMember {
  readonly kind: 'observation';
  /** The description version that it was published with. */
  readonly description: DatastreamDescription;
  /** Place in the stream, from 0: names the blank nodes. */
  readonly ordinal: number;
  readonly beginMs: EpochMs;
  /** End of the half-open interval; absent for an instant. */
  readonly endMs?: EpochMs;
  readonly resultMs: EpochMs;
  /** The stamp of the commit. */
  readonly generatedMs: EpochMs;
  /** Canonical decimal text. */
  readonly value: string;
  readonly revision: number;
}

/** One version of what describes observations: a measuring point, a sensor, a procedure, a datastream. */
export interface EntityMember {
  readonly kind: 'entity';
  readonly entity: DescribedEntity;
  readonly ordinal: number;
  /** From 1, rises when the body changes. */
  readonly version: number;
  readonly generatedMs: EpochMs;
}

export type Member = ObservationMember | EntityMember;
