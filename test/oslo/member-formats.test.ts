import { createPageRenderer, memberTriples, type PageDocument, RDF_FORMATS } from '@meetbrug/protocols/ldes';
import { iri, publishedIris } from '@meetbrug/protocols/oslo';
import { isomorphic } from 'rdf-isomorphic';
import { describe, expect, it } from 'vitest';
import { parseGraph } from '../formats/parse-graph.ts';
import { BASE_URL, OBSERVATIONS, type ObservationKind, ORGANISATION } from './golden-members.ts';
import { quadsOf } from './graphs.ts';

const renderer = createPageRenderer({ publicBaseUrl: BASE_URL });
const iris = publishedIris(BASE_URL, ORGANISATION);
const emptyPage: PageDocument = {
  stream: {
    organisation: ORGANISATION,
    name: 'mobility',
    title: 'Mobiliteit',
    pollingIntervalSeconds: 30,
    kind: 'observations',
    sequenced: true,
  },
  view: { definition: { kind: 'by-page', name: 'by-page', pageSize: 250, fanOut: 250 } },
  path: 'page/0',
  immutable: true,
  children: [],
  members: [],
};
const stream = iri(iris.stream('mobility'));

describe.each(Object.keys(OBSERVATIONS) as ObservationKind[])('a page with a member of the kind %s', (kind) => {
  it.each(RDF_FORMATS)('says in %s what its triples say', async (format) => {
    const hypermedia = await parseGraph(format, renderer.render(format, emptyPage));
    const graph = await parseGraph(format, renderer.render(format, { ...emptyPage, members: [OBSERVATIONS[kind]] }));
    const wanted = quadsOf(memberTriples(iris, stream, OBSERVATIONS[kind]));
    expect(graph.length).toBe(hypermedia.length + wanted.length);
    expect(isomorphic(graph, [...hypermedia, ...wanted])).toBe(true);
  });
});
