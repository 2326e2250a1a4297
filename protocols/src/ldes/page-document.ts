import type { Member } from '../oslo/member.ts';
import type { ChildLink } from './child-relation.ts';
import type { RetentionPolicy, StreamKind, ViewDefinition } from './view-definition.ts';

/** How the members of a stream say when they were published and what they are versions of; IRIs of predicates. */
export interface StreamTerms {
  readonly timestampPath: string;
  readonly versionOfPath: string;
  /** Absent: members need say no time of their own. */
  readonly versionTimestampPath?: string;
}

export interface StreamInfo {
  /** Name in the URL: an organisation, or `all`. */
  readonly organisation: string;
  readonly name: string;
  /** Dutch. */
  readonly title: string;
  readonly kind: StreamKind;
  readonly pollingIntervalSeconds: number;
  /** Of a stream from outside; absent: those of ours. */
  readonly terms?: StreamTerms;
  /** Whether members say their place in the stream; those of a stream of all organisations and of one from outside say none. */
  readonly sequenced: boolean;
  /** IRI of the licence. */
  readonly licence?: string;
  /** Takes no members any more: there is nothing to poll for. */
  readonly closed?: boolean;
}

export interface ViewInfo {
  readonly definition: ViewDefinition;
  /** Absent: everything stays in the view. */
  readonly retention?: RetentionPolicy;
}

/** One node of a view, with everything that its text depends on. */
export interface PageDocument {
  readonly stream: StreamInfo;
  readonly view: ViewInfo;
  /** Below the view's root, as `formatViewPath` writes it; empty for the root. */
  readonly path: string;
  readonly immutable: boolean;
  /** In the order in which they are linked; only on nodes that are no pages. */
  readonly children: readonly ChildLink[];
  /** In log order; only on pages. */
  readonly members: readonly Member[];
}
