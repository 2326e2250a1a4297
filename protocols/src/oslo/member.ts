import type { DatastreamDescription } from '../observation/datastream-description.ts';
import type { EpochMs } from '../observation/instant.ts';
import type { ObservationInput } from '../observation/observation.ts';
import type { QualityFlag } from '../observation/quality.ts';
import type { DescribedEntity } from './described-entity.ts';
import type { Triple } from './triple.ts';

/** One version of one observation, as the log holds it. */
export interface ObservationMember {
  readonly kind: 'observation';
  /** Whose it is; absent: the organisation's of the stream. */
  readonly organisation?: string;
  /** The description version that it was published with. */
  readonly description: DatastreamDescription;
  /** Place in the stream that it is shown in, from 0: names the blank nodes. */
  readonly ordinal: number;
  /** Place in its own stream, which the member says; absent when it was published without. */
  readonly position?: number;
  readonly beginMs: EpochMs;
  /** End of the half-open interval; absent for an instant. */
  readonly endMs?: EpochMs;
  readonly resultMs: EpochMs;
  /** The stamp of the commit. */
  readonly generatedMs: EpochMs;
  /** Canonical text of the observed value: a decimal, or `<10` for a suppressed count. */
  readonly value: string;
  readonly revision: number;
  /** What is known against the value; absent or empty when nothing is. */
  readonly flags?: readonly QualityFlag[];
  /** What a derived value was computed from, at most 16. */
  readonly inputs?: readonly ObservationInput[];
  /** Whether the triples of ISO 19156 (Observations and Measurements) are published with it. */
  readonly isoOverlay?: boolean;
}

/** One version of what describes observations: a measuring point, a sensor, a procedure, a datastream. */
export interface EntityMember {
  readonly kind: 'entity';
  /** As of an observation. */
  readonly organisation?: string;
  readonly entity: DescribedEntity;
  readonly ordinal: number;
  readonly position?: number;
  /** From 1, rises when the body changes. */
  readonly version: number;
  readonly generatedMs: EpochMs;
}

/** A version object of another system, as it came, with the stamp that we add. */
export interface OutsideMember {
  readonly kind: 'outside';
  /** As of an observation. */
  readonly organisation?: string;
  readonly iri: string;
  /** All that it says; labels of blank nodes are unique in its stream. */
  readonly triples: readonly Triple[];
  /** IRI of the predicate of the stamp. */
  readonly stampPredicate: string;
  readonly ordinal: number;
  /** It says nothing but what it came with and the stamp. */
  readonly position?: never;
  readonly generatedMs: EpochMs;
}

export type Member = ObservationMember | EntityMember | OutsideMember;
