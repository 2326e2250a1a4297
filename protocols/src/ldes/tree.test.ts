import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeNode, type NodeDescription, nodePath, parseNodePath, ROOT, type TreeNode } from './tree.ts';

const settings = fc.record({ pageSize: fc.integer({ min: 1, max: 5 }), fanOut: fc.integer({ min: 2, max: 4 }) });
const counts = fc.integer({ min: 0, max: 400 });

interface Visit {
  readonly path: string;
  readonly node: TreeNode;
  readonly description: NodeDescription;
}

/** Every node that a reader finds from the root, once for each link that leads to it. */
function walk(tree: { pageSize: number; fanOut: number }, memberCount: number): Visit[] {
  const visits: Visit[] = [];
  const todo: TreeNode[] = [ROOT];
  for (let node = todo.shift(); node !== undefined; node = todo.shift()) {
    const description = describeNode(tree, node, memberCount) ?? expect.fail(`${nodePath(node)} is linked but empty`);
    visits.push({ path: nodePath(node), node, description });
    todo.push(...description.children.map((child) => child.node));
  }
  return visits;
}

const isPage = ({ node }: Visit) => node !== ROOT && node.level === 0;

describe('the tree of pages', () => {
  it('shows every member exactly once, in order', () => {
    fc.assert(
      fc.property(settings, counts, (tree, memberCount) => {
        const members = walk(tree, memberCount)
          .filter(isPage)
          .flatMap(({ description: { firstMember, endMember } }) =>
            Array.from({ length: endMember - firstMember }, (_, index) => firstMember + index),
          );
        expect(members).toEqual(Array.from({ length: memberCount }, (_, index) => index));
      }),
      { seed: 51 },
    );
  });

  it('gives every node one parent, the root index nodes only, and no node more children than it may have', () => {
    fc.assert(
      fc.property(settings, counts, (tree, memberCount) => {
        const visits = walk(tree, memberCount);
        expect(new Set(visits.map(({ path }) => path)).size).toBe(visits.length);
        for (const { node, description } of visits) {
          expect(description.children.length).toBeLessThanOrEqual(tree.fanOut);
          if (node === ROOT) expect(description.children.every((child) => child.node.level >= 1)).toBe(true);
        }
      }),
      { seed: 52 },
    );
  });

  it('has only full pages below a full first-level node, and nothing above that is immutable', () => {
    fc.assert(
      fc.property(settings, counts, (tree, memberCount) => {
        for (const { node, description } of walk(tree, memberCount)) {
          if (node === ROOT || node.level > 1) expect(description.immutable).toBe(false);
          if (!description.immutable) continue;
          for (const child of description.children) {
            expect(describeNode(tree, child.node, memberCount)?.immutable).toBe(true);
            expect(child.lastMember).toBeDefined();
          }
        }
      }),
      { seed: 53 },
    );
  });

  it('makes pages and first-level nodes immutable as soon as they are full', () => {
    const tree = { pageSize: 2, fanOut: 3 };
    expect(describeNode(tree, { level: 0, index: 0 }, 1)?.immutable).toBe(false);
    expect(describeNode(tree, { level: 0, index: 0 }, 2)?.immutable).toBe(true);
    expect(describeNode(tree, { level: 1, index: 0 }, 5)?.immutable).toBe(false);
    expect(describeNode(tree, { level: 1, index: 0 }, 6)?.immutable).toBe(true);
  });

  it('never changes the description of an immutable node as it grows', () => {
    fc.assert(
      fc.property(settings, counts, fc.integer({ min: 1, max: 200 }), (tree, memberCount, more) => {
        for (const { node, description } of walk(tree, memberCount)) {
          if (description.immutable) expect(describeNode(tree, node, memberCount + more)).toEqual(description);
        }
      }),
      { seed: 54 },
    );
  });

  it('closes a child when its last member is known, and never before', () => {
    fc.assert(
      fc.property(settings, counts, (tree, memberCount) => {
        for (const { description } of walk(tree, memberCount)) {
          for (const { node, firstMember, lastMember } of description.children) {
            const child = describeNode(tree, node, memberCount);
            expect(child?.firstMember).toBe(firstMember);
            const grown = describeNode(tree, node, memberCount + 1);
            if (lastMember === undefined) expect(grown?.endMember).toBeGreaterThanOrEqual(child?.endMember ?? 0);
            else expect([child?.endMember, grown?.endMember]).toEqual([lastMember + 1, lastMember + 1]);
          }
        }
      }),
      { seed: 55 },
    );
  });

  it('has the root even when it is empty, and no other node before its first member', () => {
    const tree = { pageSize: 250, fanOut: 250 };
    expect(describeNode(tree, ROOT, 0)).toEqual({ immutable: false, firstMember: 0, endMember: 0, children: [] });
    expect(describeNode(tree, { level: 0, index: 0 }, 0)).toBeUndefined();
    expect(describeNode(tree, { level: 0, index: 1 }, 250)).toBeUndefined();
    expect(describeNode(tree, { level: 0, index: 1 }, 251)).toMatchObject({ firstMember: 250, endMember: 251 });
    expect(describeNode(tree, { level: 2, index: 0 }, 250 * 250 * 250)).toBeUndefined();
    expect(describeNode(tree, { level: 2, index: 0 }, 250 * 250 * 250 + 1)?.children).toHaveLength(250);
  });
});

describe('the path of a node', () => {
  it.each<[string, TreeNode]>([
    ['', ROOT],
    ['page/0', { level: 0, index: 0 }],
    ['page/12', { level: 0, index: 12 }],
    ['index/1/0', { level: 1, index: 0 }],
    ['index/12/345', { level: 12, index: 345 }],
  ])('%j is read and written', (path, node) => {
    expect(parseNodePath(path)).toEqual(node);
    expect(nodePath(node)).toBe(path);
  });

  it.each([
    '/',
    'page',
    'page/',
    'page/01',
    'page/+1',
    'page/1/',
    'page/1e3',
    'page/1234567890123456',
    'index/0/1',
    'index/100/1',
    'index/1',
    'index/1/01',
    'root',
    'PAGE/1',
    'page/\u0661',
    'page/1\n',
  ])('%j is no node', (path) => {
    expect(parseNodePath(path)).toBeUndefined();
  });
});
