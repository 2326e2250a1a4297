import { createPageRenderer, type PageDocument } from '@meetbrug/protocols/ldes';
import { type Member, NAMESPACES } from '@meetbrug/protocols/oslo';
import type { Quad } from 'n3';
import { isomorphic } from 'rdf-isomorphic';
import { expect } from 'vitest';
import { parseGraph, parseTurtle } from './parse-graph.ts';

export const renderer = createPageRenderer({ publicBaseUrl: 'https://data.example.be' });
const PREFIXES = Object.entries(NAMESPACES).map(([prefix, namespace]) => `@prefix ${prefix}: <${namespace}> .`);

/** The quads of a Turtle text with our prefixes and relative IRIs below `{base}/id/demo/`. */
export const expected = (turtle: string): Quad[] =>
  parseTurtle(`@base <https://data.example.be/id/demo/> . ${PREFIXES.join('\n')}\n${turtle}`);

export const emptyPage: PageDocument = {
  stream: {
    organisation: 'demo',
    name: 'heat-stress',
    title: 'Hitte',
    pollingIntervalSeconds: 30,
    kind: 'observations',
    sequenced: true,
  },
  view: {
    definition: { kind: 'by-page', name: 'by-page', pageSize: 250, fanOut: 250 },
    retention: { days: 90 },
  },
  path: 'page/0',
  immutable: false,
  children: [],
  members: [],
};

/** What a page says because a member is on it, without the hypermedia. */
export async function graphOf(member: Member): Promise<Quad[]> {
  const kind = member.kind === 'entity' ? 'entities' : 'observations';
  const page: PageDocument = { ...emptyPage, stream: { ...emptyPage.stream, kind }, members: [member] };
  const hypermedia = new Set(
    ['/heat-stress', '/heat-stress/by-page/page/0'].map((path) => `https://data.example.be/ldes/demo${path}`),
  );
  const graph = await parseGraph('nquads', renderer.render('nquads', page));
  return graph.filter(({ subject }) => !hypermedia.has(subject.value));
}

export async function expectGraph(member: Member, turtle: string): Promise<void> {
  const graph = await graphOf(member);
  const wanted = expected(turtle);
  expect(graph.length).toBe(wanted.length);
  expect(isomorphic(graph, wanted)).toBe(true);
}

/** What a member says that another, which differs in one thing, does not; and the other way round. */
export async function difference(member: Member, without: Member): Promise<{ more: string[]; less: string[] }> {
  const [one, other] = await Promise.all([member, without].map(async (of) => (await graphOf(of)).map(withoutLabels)));
  const subtract = (a: string[] = [], b: string[] = []) => a.filter((line) => !b.includes(line)).sort();
  return { more: subtract(one, other), less: subtract(other, one) };
}

/** A statement about the subject or a blank node; IRIs by their last part. */
function withoutLabels({ subject, predicate, object }: Quad): string {
  const name = (term: Quad['object'] | Quad['subject']) =>
    term.termType === 'BlankNode' ? '[]' : term.value.replace(/^https?:.*?([^/#]*)$/, '$1');
  return `${subject.termType === 'BlankNode' ? '[]' : 'it'} ${name(predicate)} ${name(object)}`;
}
