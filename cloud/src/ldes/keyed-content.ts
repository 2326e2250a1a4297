import {
  describeBucketNode,
  generationLevels,
  generationPeriod,
  groupRelations,
  isBucketNode,
  isGroupFinished,
  isImmutable,
  type KeyedView,
  type NumberedNode,
  ROOT,
  type StreamKind,
  type ViewPath,
  type ViewState,
} from '@meetbrug/protocols/ldes';
import { streamKindOf } from '../log/log-table.ts';
import type { StampReader } from '../log/stamps.ts';
import type { IndexReader } from '../views/index-reader.ts';
import type { IndexedView } from '../views/index-rows.ts';
import { isPage, stampLink } from './by-page-content.ts';
import { ABSENT, type NodeContent, type ReadView } from './node-content.ts';
import type { MemberReader } from './read-members.ts';

type GroupPath = Pick<Extract<ViewPath, { kind: 'group' }>, 'generation' | 'key'>;
type KeyedPath = Extract<ViewPath, { kind: 'root' | 'group' | 'node' }>;

/** What the documents of keyed views are made from. */
export interface KeyedSources {
  readonly index: IndexReader;
  readonly members: MemberReader;
  readonly stampOf: StampReader;
}

/** A view at the moment that its index is read. */
interface OpenedView extends ReadView<KeyedView> {
  readonly indexed: IndexedView;
  readonly state: ViewState;
}

/** A node of a keyed view, as the index has it at this moment. Months that retention has dropped are not there. */
export function readKeyed(sources: KeyedSources, view: ReadView<KeyedView>, path: KeyedPath): NodeContent {
  if (path.kind !== 'root' && isDropped(view, path.generation)) return { kind: 'dropped' };
  return sources.index.atOnce(() => {
    const { stream, definition } = view;
    const indexed = sources.index.view(stream.id, definition.name);
    if (indexed === undefined || indexed.nextOrdinal < indexed.fillUntil) return { kind: 'filling' };
    // The stream may have gained members since it was looked at; a closed one has not.
    const isClosed = stream.closed && indexed.nextOrdinal >= stream.memberCount;
    const opened: OpenedView = { ...view, indexed, state: { lastStampMs: indexed.settledMs, isClosed } };
    const content = readNode(sources, opened, path);
    return content.kind === 'content' ? { ...content, indexed } : content;
  });
}

function readNode(sources: KeyedSources, opened: OpenedView, path: KeyedPath): NodeContent {
  if (path.kind === 'node') return readBucketNode(sources, opened, path, path.node);
  const group = path.kind === 'root' ? { generation: [], key: [] } : path;
  return isBucketNode(opened.definition, group)
    ? readBucketNode(sources, opened, group, ROOT)
    : readBranches(sources, opened, path, group);
}

function isDropped({ dropped }: ReadView<KeyedView>, [month = '']: readonly string[]): boolean {
  return (generationPeriod([month])?.fromMs ?? 0) < dropped;
}

function readBranches({ index }: KeyedSources, view: OpenedView, path: KeyedPath, group: GroupPath): NodeContent {
  const { definition, indexed, state, stream } = view;
  const parent = [...group.generation, ...group.key].join('/');
  const segments = index.branches(indexed.id, parent);
  if (segments.length === 0 && path.kind !== 'root') return ABSENT;
  const isInGeneration = group.generation.length === generationLevels(definition);
  const kind: StreamKind = streamKindOf(stream.name);
  const children = segments
    .map((segment) =>
      isInGeneration
        ? { generation: group.generation, key: [...group.key, segment] }
        : { generation: [...group.generation, segment], key: [] },
    )
    .filter(({ generation }) => !isDropped(view, generation))
    .map((child) => ({
      path: [...child.generation, ...child.key].join('/'),
      relations: groupRelations(definition, kind, child, state),
    }));
  return { kind: 'content', immutable: isImmutable(definition, path, 0, state), children, members: [] };
}

function readBucketNode(
  { index, members, stampOf }: KeyedSources,
  { definition, indexed, state, stream }: OpenedView,
  group: GroupPath,
  node: NumberedNode | typeof ROOT,
): NodeContent {
  const path = [...group.generation, ...group.key].join('/');
  const bucket = index.bucket(indexed.id, path, definition.pageSize);
  const finished = isGroupFinished(group, state);
  const description = bucket && describeBucketNode(definition, node, bucket.memberCount, finished);
  if (bucket === undefined || description === undefined) return ABSENT;
  const { immutable, firstMember, endMember, children } = description;
  const stamp = (member: number) => stampOf(stream.table, stream.id, index.ordinalOf(bucket, member));
  return {
    kind: 'content',
    immutable,
    children: children.map((child) =>
      stampLink(
        child.node,
        stamp(child.firstMember),
        child.lastMember === undefined ? undefined : stamp(child.lastMember),
        `${path}/`,
      ),
    ),
    members: isPage(node) ? members.some(stream, index.ordinals(bucket, firstMember, endMember)) : [],
  };
}
