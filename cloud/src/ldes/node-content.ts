import type { ChildLink, RetentionPolicy } from '@meetbrug/protocols/ldes';
import type { Member } from '@meetbrug/protocols/oslo';
import type { StreamState } from '../views/stream-state.ts';
import type { PageAnswer } from './page-request.ts';

/** What a node holds, or why there is nothing to show. */
export type NodeContent =
  | {
      readonly kind: 'content';
      readonly immutable: boolean;
      readonly children: readonly ChildLink[];
      readonly members: readonly Member[];
      /** Of a keyed view, where its index stood. */
      readonly indexed?: { readonly nextOrdinal: number; readonly settledMs: number };
    }
  | Exclude<PageAnswer, { kind: 'page' }>;

/** A view that is read, with what may have changed since it was published. */
export interface ReadView<Definition> {
  readonly stream: StreamState;
  readonly definition: Definition;
  readonly dropped: number;
  readonly retention: RetentionPolicy | undefined;
}

export const ABSENT: NodeContent = { kind: 'absent' };
