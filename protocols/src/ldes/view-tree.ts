import type { DatastreamKey } from '../observation/datastream-key.ts';
import type { EpochMs } from '../observation/instant.ts';
import type { ChildRelation } from './child-relation.ts';
import { describeNode, type NodeDescription, type NumberedNode, type TreeNode, type TreeSettings } from './tree.ts';
import { type BucketedView, BY_PAGE, type KeyedView, type StreamKind, type ViewDefinition } from './view-definition.ts';
import { generationOf, generationPeriod, isGenerationOver } from './view-generation.ts';
import { keyLevels, keyRelations, type MemberFacts, memberKey } from './view-key.ts';
import type { ViewPath } from './view-path.ts';

/** Which bucket of a view: in `by-page`, which has one, both are empty. */
export interface Bucket {
  readonly generation: readonly string[];
  readonly key: readonly string[];
}

/** The bucket that a member goes to: a function of what the log holds of it. */
export function bucketKey(view: BucketedView, facts: MemberFacts): Bucket {
  if (view.kind === BY_PAGE) return { generation: [], key: [] };
  return { generation: generationOf(view, facts.generatedMs), key: memberKey(view, facts) };
}

/** The page of `latest` that shows a datastream: FNV-1a over its names, so it is the same on every machine for ever. */
export function latestBucket(buckets: number, organisation: string, datastream: DatastreamKey): number {
  let hash = 0x811c9dc5;
  for (const character of `${organisation}.${datastream}`) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return hash % buckets;
}

/** Whether a group is a bucket's own node, below which stand its index nodes and pages. */
export function isBucketNode(view: KeyedView, { key }: Bucket): boolean {
  return key.length === keyLevels(view);
}

/** What decides whether a node can still change. */
export interface ViewState {
  /** The last stamp that was committed, in any stream. */
  readonly lastStampMs: EpochMs;
  /** Whether the stream takes no members any more. */
  readonly isClosed: boolean;
}

/**
 * What links a node of a keyed view to a group one level down: the period of a generation, closed when it is over, or what
 * the key says. Throws for a group that the view cannot have.
 */
export function groupRelations(
  view: KeyedView,
  members: StreamKind,
  { generation, key }: Bucket,
  state: ViewState,
): ChildRelation[] {
  const period = generationPeriod(generation);
  const ofKey = key.length === 0 ? [] : keyRelations(view, members, key);
  if (period === undefined || ofKey === undefined) {
    throw new RangeError(`${view.name} has no group ${[...generation, ...key].join('/')}`);
  }
  if (ofKey.length > 0) return ofKey;
  const { fromMs, untilMs } = period;
  return [{ kind: 'stamps', fromMs, ...(isGroupFinished({ generation }, state) ? { untilMs } : {}) }];
}

/** Whether nothing is added any more to a bucket, or below a generation and the beginning of a key. */
export function isGroupFinished(
  { generation }: Pick<Bucket, 'generation'>,
  { lastStampMs, isClosed }: ViewState,
): boolean {
  const period = generationPeriod(generation);
  return isClosed || (period !== undefined && isGenerationOver(period, lastStampMs));
}

/** A node of one bucket, as {@link describeNode} says; when the bucket is finished its open ends are closed too. */
export function describeBucketNode(
  settings: TreeSettings,
  node: TreeNode,
  memberCount: number,
  isFinished: boolean,
): NodeDescription | undefined {
  const description = describeNode(settings, node, memberCount);
  if (!isFinished || description === undefined) return description;
  return {
    ...description,
    immutable: true,
    children: description.children.map((child) => ({ ...child, lastMember: child.lastMember ?? memberCount - 1 })),
  };
}

/**
 * Whether a node never changes any more. Nothing that can still change hangs below such a node.
 * @param memberCount of the bucket; only looked at for pages and index nodes
 */
export function isImmutable(view: ViewDefinition, path: ViewPath, memberCount: number, state: ViewState): boolean {
  switch (path.kind) {
    case 'root':
    case 'latest-bucket':
      return state.isClosed;
    case 'group':
      return isGroupFinished(path, state);
    case 'node':
      return describeOf(view, path.node, memberCount, isGroupFinished(path, state))?.immutable ?? false;
  }
}

function describeOf(view: ViewDefinition, node: NumberedNode, memberCount: number, isFinished: boolean) {
  return view.kind === 'latest' ? undefined : describeBucketNode(view, node, memberCount, isFinished);
}
