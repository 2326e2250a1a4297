import { z } from 'zod';

/** How many members a page and how many children an index node hold. Stored with a view: it never changes. */
export const treeSettingsSchema = z.strictObject({
  pageSize: z.int().min(1).max(10_000),
  fanOut: z.int().min(2).max(10_000),
});
export type TreeSettings = z.infer<typeof treeSettingsSchema>;

/** Level 0 is a page of members, level 1 and up are index nodes. */
export interface NumberedNode {
  readonly level: number;
  readonly index: number;
}
export const ROOT = 'root';
export type TreeNode = typeof ROOT | NumberedNode;

export interface TreeChild {
  readonly node: NumberedNode;
  readonly firstMember: number;
  /** Absent while members can still be added below the child. */
  readonly lastMember?: number;
}

export interface NodeDescription {
  /** Nothing will be added below it any more. */
  readonly immutable: boolean;
  readonly firstMember: number;
  /** Exclusive. */
  readonly endMember: number;
  readonly children: readonly TreeChild[];
}

/**
 * What a node of the tree holds when the bucket has `memberCount` members. Member k is on page floor(k / pageSize), page
 * p below level-1 node floor(p / fanOut), and so on to the first level that fits below the root. Full pages and full
 * level-1 nodes are immutable; higher nodes and the root stay mutable, so that whole level-1 nodes can be dropped and a
 * reader who comes back finds what is new. Undefined for a node that holds no member or is not in the tree yet.
 */
export function describeNode(settings: TreeSettings, node: TreeNode, memberCount: number): NodeDescription | undefined {
  const top = topLevel(settings, memberCount);
  if (node === ROOT) {
    const children = childrenOf(settings, top, 0, settings.fanOut, memberCount);
    return { immutable: false, firstMember: 0, endMember: memberCount, children };
  }
  const { level, index } = node;
  const span = memberSpan(settings, level);
  const firstMember = index * span;
  if (level > top || firstMember >= memberCount) return undefined;
  const full = firstMember + span <= memberCount;
  const firstChild = index * settings.fanOut;
  return {
    immutable: full && level <= 1,
    firstMember,
    endMember: full ? firstMember + span : memberCount,
    children: level === 0 ? [] : childrenOf(settings, level - 1, firstChild, firstChild + settings.fanOut, memberCount),
  };
}

/** Members below one full node of a level. */
function memberSpan({ pageSize, fanOut }: TreeSettings, level: number): number {
  return pageSize * fanOut ** level;
}

/** The lowest index level whose nodes all fit below the root. */
function topLevel(settings: TreeSettings, memberCount: number): number {
  let level = 1;
  while (memberSpan(settings, level) * settings.fanOut < memberCount) level += 1;
  return level;
}

function childrenOf(settings: TreeSettings, level: number, from: number, to: number, memberCount: number): TreeChild[] {
  const span = memberSpan(settings, level);
  const children: TreeChild[] = [];
  for (let index = from; index < to && index * span < memberCount; index += 1) {
    const firstMember = index * span;
    const full = firstMember + span <= memberCount;
    children.push({
      node: { level, index },
      firstMember,
      ...(full ? { lastMember: firstMember + span - 1 } : {}),
    });
  }
  return children;
}

/** The part of a node's URL behind the view's root: empty for the root, `page/12`, `index/1/0`. */
export function nodePath(node: TreeNode): string {
  if (node === ROOT) return '';
  return node.level === 0 ? `page/${node.index}` : `index/${node.level}/${node.index}`;
}

const NATURAL = '(0|[1-9]\\d{0,14})';
const NODE_PATH = new RegExp(`^(?:page/${NATURAL}|index/([1-9]\\d?)/${NATURAL})$`);

/** The inverse of {@link nodePath}; undefined for any other spelling, so that every node has one URL. */
export function parseNodePath(text: string): TreeNode | undefined {
  if (text === '') return ROOT;
  const match = NODE_PATH.exec(text);
  if (match === null) return undefined;
  const [, page, level, index] = match;
  return page === undefined ? { level: Number(level), index: Number(index) } : { level: 0, index: Number(page) };
}
