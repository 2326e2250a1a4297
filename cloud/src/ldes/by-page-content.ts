import {
  type BucketedView,
  type ChildLink,
  describeBucketNode,
  type NumberedNode,
  nodePath,
  ROOT,
  type TreeChild,
  type ViewPath,
} from '@meetbrug/protocols/ldes';
import type { StampReader } from '../log/stamps.ts';
import { ABSENT, type NodeContent, type ReadView } from './node-content.ts';
import type { MemberReader } from './read-members.ts';

/**
 * A node of a view whose only bucket is its stream: found by arithmetic alone. What retention has dropped is a number of
 * nodes of the first level of the index; nodes above it go once nothing is left below them.
 */
export function readByPage(
  members: MemberReader,
  stampOf: StampReader,
  { stream, definition, dropped }: ReadView<Extract<BucketedView, { kind: 'by-page' }>>,
  path: Extract<ViewPath, { kind: 'root' | 'node' }>,
): NodeContent {
  const node = path.kind === 'root' ? ROOT : path.node;
  const droppedMembers = dropped * definition.pageSize * definition.fanOut;
  const description = describeBucketNode(definition, node, stream.memberCount, stream.closed);
  if (description === undefined) return ABSENT;
  if (node !== ROOT && description.endMember <= droppedMembers) return { kind: 'dropped' };
  const stamp = (ordinal: number) => stampOf(stream.table, stream.id, ordinal);
  const toLink = ({ node: child, firstMember, lastMember }: TreeChild) =>
    stampLink(
      child,
      stamp(Math.max(firstMember, droppedMembers)),
      lastMember === undefined ? undefined : stamp(lastMember),
    );
  return {
    kind: 'content',
    immutable: description.immutable,
    // Of a node that is open but has lost all it had there is nothing to show until it gains a member.
    children: description.children.filter((child) => endOf(child, stream.memberCount) > droppedMembers).map(toLink),
    members: isPage(node) ? members.range(stream, description.firstMember, description.endMember) : [],
  };
}

function endOf({ lastMember }: TreeChild, memberCount: number): number {
  return lastMember === undefined ? memberCount : lastMember + 1;
}

export function isPage(node: NumberedNode | typeof ROOT): boolean {
  return node !== ROOT && node.level === 0;
}

/** A link to a node of one bucket, by the stamps below it; the upper bound once nothing is added to it any more. */
export function stampLink(node: NumberedNode, firstMs: number, lastMs: number | undefined, parent = ''): ChildLink {
  const until = lastMs === undefined ? {} : { untilMs: lastMs + 1 };
  return { path: `${parent}${nodePath(node)}`, relations: [{ kind: 'stamps', fromMs: firstMs, ...until }] };
}
