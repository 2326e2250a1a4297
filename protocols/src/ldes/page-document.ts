import type { EpochMs } from '../observation/instant.ts';
import type { Member } from '../oslo/member.ts';
import type { NumberedNode, TreeNode, TreeSettings } from './tree.ts';

export interface StreamInfo {
  readonly name: string;
  /** Dutch. */
  readonly title: string;
  readonly pollingIntervalSeconds: number;
  readonly kind: 'observations' | 'entities';
}

export interface ViewInfo {
  readonly name: string;
  readonly settings: TreeSettings;
  /** Days that a member stays in the view; absent: for ever. */
  readonly fullLogDays?: number;
}

/** A child of a node, with the stamps of its first member and, when it is full, 1 ms after its last. */
export interface ChildLink {
  readonly node: NumberedNode;
  readonly fromMs: EpochMs;
  /** Exclusive. */
  readonly untilMs?: EpochMs;
}

/** One node of a view, with everything that its text depends on. */
export interface PageDocument {
  readonly stream: StreamInfo;
  readonly view: ViewInfo;
  readonly node: TreeNode;
  readonly immutable: boolean;
  readonly children: readonly ChildLink[];
  /** In log order; only on pages. */
  readonly members: readonly Member[];
}
