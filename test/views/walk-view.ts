import type { PageAnswer } from '@meetbrug/cloud/src/ldes/page-request.ts';

/** A document of a view as a reader sees it. */
export interface WalkedNode {
  readonly path: string;
  readonly final: boolean;
  readonly text: string;
  /** Paths of the nodes it leads to. */
  readonly children: readonly string[];
  readonly members: readonly string[];
}

const NODE = /<https:\/\/w3id\.org\/tree#node> <([^>]+)>/g;
const MEMBER = /<https:\/\/w3id\.org\/tree#member> <([^>]+)>/g;
const NODES_MAX = 10_000;

/** Reads one node. Throws when there is no document. */
export function readNode(rootUrl: string, path: string, read: (path: string) => PageAnswer): WalkedNode {
  const answer = read(path);
  if (answer.kind !== 'page') throw new Error(`${rootUrl}/${path} is ${answer.kind}`);
  const text = new TextDecoder().decode(answer.bytes);
  const children = [...new Set([...text.matchAll(NODE)].map(([, url = '']) => url.slice(rootUrl.length + 1)))];
  const members = [...text.matchAll(MEMBER)].map(([, iri = '']) => iri);
  return { path, final: answer.final, text, children, members };
}

/** Reads a view from its root, each node once a parent. Throws when a link leads to no document. */
export function walkView(rootUrl: string, read: (path: string) => PageAnswer): WalkedNode[] {
  const nodes: WalkedNode[] = [];
  const waiting = [''];
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    const node = readNode(rootUrl, path, read);
    nodes.push(node);
    if (nodes.length > NODES_MAX) throw new Error(`${rootUrl} has no end`);
    waiting.push(...node.children);
  }
  return nodes;
}
