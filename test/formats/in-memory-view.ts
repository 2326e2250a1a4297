import {
  type Bucket,
  type BucketedView,
  BY_PAGE,
  bucketKey,
  type ChildLink,
  describeBucketNode,
  formatViewPath,
  groupRelations,
  isBucketNode,
  isGroupFinished,
  isImmutable,
  latestBucket,
  nodePath,
  type ObservationFacts,
  type PageDocument,
  parseViewPath,
  ROOT,
  type StreamInfo,
  type TreeNode,
  type ViewDefinition,
  type ViewPath,
  type ViewState,
} from '@meetbrug/protocols/ldes';
import type { ObservationMember } from '@meetbrug/protocols/oslo';

/** What a member's place in a view is computed from. */
export function factsOf(member: ObservationMember): ObservationFacts {
  const { generatedMs, resultMs, description, organisation } = member;
  const { datastream, property, measuringPoint } = description;
  const { longitude, latitude } = measuringPoint;
  const whose = organisation === undefined ? {} : { organisation };
  return { kind: 'observation', generatedMs, resultMs, datastream, property, longitude, latitude, ...whose };
}

/** The nodes of a view by their paths; undefined for a path that leads nowhere. */
export type InMemoryView = (path: string) => PageDocument | undefined;

interface KnownBucket {
  readonly bucket: Bucket;
  readonly members: ObservationMember[];
}

const NO_BUCKET: Bucket = { generation: [], key: [] };

/** A view of a log that is wholly in memory: what a server must show, by the rules alone. */
export function inMemoryView(
  definition: ViewDefinition,
  stream: StreamInfo,
  log: readonly ObservationMember[],
  state: ViewState,
): InMemoryView {
  const node = (path: ViewPath, memberCount: number, rest: Partial<PageDocument>): PageDocument => ({
    stream,
    view: { definition },
    path: formatViewPath(path),
    immutable: isImmutable(definition, path, memberCount, state),
    children: [],
    members: [],
    ...rest,
  });
  if (definition.kind === 'latest') return latestView(definition, log, node);

  const buckets = new Map<string, KnownBucket>();
  const groups = new Map<string, Map<string, Bucket>>();
  const groupPath = ({ generation, key }: Bucket) => formatViewPath({ kind: 'group', generation, key });
  for (const member of log) {
    const bucket = bucketKey(definition, factsOf(member));
    const path = groupPath(bucket);
    const known = buckets.get(path) ?? { bucket, members: [] };
    buckets.set(path, known);
    known.members.push(member);
    let parent = '';
    for (const group of groupsTo(bucket)) {
      const children = groups.get(parent) ?? new Map<string, Bucket>();
      groups.set(parent, children);
      parent = groupPath(group);
      children.set(parent, group);
    }
  }

  const groupChildren = (path: string): ChildLink[] => {
    if (definition.kind === BY_PAGE) return [];
    return [...(groups.get(path) ?? [])]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([child, group]) => ({
        path: child,
        relations: groupRelations(definition, stream.kind, group, state),
      }));
  };

  return (text) => {
    const path = parseViewPath(definition, text);
    if (path === undefined || path.kind === 'latest-bucket') return undefined;
    const inBucket = path.kind === 'root' ? NO_BUCKET : path;
    const isWhole = definition.kind === BY_PAGE || isBucketNode(definition, inBucket);
    if (!isWhole)
      return text !== '' && !groups.has(text) ? undefined : node(path, 0, { children: groupChildren(text) });
    const { members } = buckets.get(groupPath(inBucket)) ?? { members: [] };
    if (members.length === 0 && path.kind !== 'root') return undefined;
    return bucketDocument(definition, path, inBucket, members, state, node);
  };
}

type MakeNode = (path: ViewPath, memberCount: number, rest: Partial<PageDocument>) => PageDocument;

function bucketDocument(
  definition: BucketedView,
  path: ViewPath,
  bucket: Bucket,
  members: readonly ObservationMember[],
  state: ViewState,
  node: MakeNode,
): PageDocument | undefined {
  const treeNode: TreeNode = path.kind === 'node' ? path.node : ROOT;
  const description = describeBucketNode(definition, treeNode, members.length, isGroupFinished(bucket, state));
  if (description === undefined) return undefined;
  const stampOf = (index: number) => members[index]?.generatedMs ?? Number.NaN;
  const prefix = [...bucket.generation, ...bucket.key].map((segment) => `${segment}/`).join('');
  const isPage = treeNode !== ROOT && treeNode.level === 0;
  return node(path, members.length, {
    children: description.children.map(({ node: child, firstMember, lastMember }) => ({
      path: prefix + nodePath(child),
      relations: [
        {
          kind: 'stamps',
          fromMs: stampOf(firstMember),
          ...(lastMember === undefined ? {} : { untilMs: stampOf(lastMember) + 1 }),
        },
      ],
    })),
    members: isPage ? members.slice(description.firstMember, description.endMember) : [],
  });
}

/** The groups from a view's root to a bucket. */
function groupsTo({ generation, key }: Bucket): Bucket[] {
  return [
    ...generation.map((_, index) => ({ generation: generation.slice(0, index + 1), key: [] })),
    ...key.map((_, index) => ({ generation, key: key.slice(0, index + 1) })),
  ];
}

function latestView(
  definition: Extract<ViewDefinition, { kind: 'latest' }>,
  log: readonly ObservationMember[],
  node: MakeNode,
): InMemoryView {
  const newest = new Map<string, ObservationMember>();
  for (const member of log) {
    const { datastream } = member.description;
    const known = newest.get(datastream);
    if (known === undefined || member.beginMs >= known.beginMs) newest.set(datastream, member);
  }
  const bucketOf = ({ description, organisation = 'demo' }: ObservationMember) =>
    latestBucket(definition.buckets, organisation, description.datastream);
  const children = Array.from(
    { length: definition.buckets },
    (_, index): ChildLink => ({
      path: formatViewPath({ kind: 'latest-bucket', index }),
      relations: [{ kind: 'plain' }],
    }),
  );
  return (text) => {
    const path = parseViewPath(definition, text);
    if (path?.kind === 'root') return node(path, 0, { children });
    if (path?.kind !== 'latest-bucket') return undefined;
    return node(path, 0, { members: [...newest.values()].filter((member) => bucketOf(member) === path.index) });
  };
}
