import { createPageRenderer, type PageDocument, RDF_FORMATS, type ViewInfo } from '@meetbrug/protocols/ldes';
import { describedEntities, type EntityMember } from '@meetbrug/protocols/oslo';
import { isomorphic } from 'rdf-isomorphic';
import { describe, expect, it } from 'vitest';
import { DESCRIPTIONS, FULL_DESCRIPTION, GAPS, LATER_OBSERVATIONS, NASTY, OBSERVATIONS } from './example-members.ts';
import {
  ENTITY_STREAM,
  OBSERVATION_STREAM,
  POSITIONED,
  POSITIONED_ENTITIES,
  VIEW_DOCUMENTS,
  view as viewOf,
} from './example-views.ts';
import { parseGraph } from './parse-graph.ts';

const renderer = createPageRenderer({ publicBaseUrl: 'https://data.example.be' });
const observations = { ...OBSERVATION_STREAM, title: NASTY, licence: 'https://example.org/a b<c>"d"{e}|f^g`h\\i' };
const entities = { ...ENTITY_STREAM, title: NASTY };
const view: ViewInfo = { definition: viewOf('by-page'), retention: { days: 90 } };

const entityMembers = [...Object.values(DESCRIPTIONS), FULL_DESCRIPTION]
  .flatMap(describedEntities)
  .concat(GAPS)
  .map(
    (entity, index): EntityMember => ({
      kind: 'entity',
      entity,
      ordinal: index,
      version: index + 1,
      generatedMs: index,
    }),
  );

const page: PageDocument = {
  stream: observations,
  view,
  path: 'page/3',
  immutable: true,
  children: [],
  members: Object.values(OBSERVATIONS),
};
const laterPage: PageDocument = { ...page, members: Object.values(LATER_OBSERVATIONS) };
const entityPage: PageDocument = { ...page, stream: entities, immutable: false, members: entityMembers };
const children: PageDocument['children'] = [
  {
    path: 'index/1/0',
    relations: [{ kind: 'stamps', fromMs: 1_782_907_200_000, untilMs: 1_782_907_200_001 }],
  },
  { path: 'index/1/1', relations: [{ kind: 'stamps', fromMs: 1_782_907_200_123 }] },
];
const root: PageDocument = { ...page, path: '', immutable: false, children, members: [] };

const DOCUMENTS: [string, PageDocument][] = [
  ['a page of observations', page],
  ['a page of flagged, derived, suppressed and overlaid observations', laterPage],
  ['a page of observations with positions', { ...page, members: POSITIONED }],
  ['an empty page', { ...page, members: [], immutable: false }],
  ['a page of entities', entityPage],
  ['a page of entities with positions', { ...entityPage, members: POSITIONED_ENTITIES }],
  ['an index node', { ...root, path: 'index/2/0' }],
  ['the root', root],
  ['the root of a stream that forgets nothing', { ...root, view: { definition: view.definition } }],
  ...Object.entries(VIEW_DOCUMENTS).flatMap(([name, documents]) =>
    documents.map((document): [string, PageDocument] => [`${name}: ${document.path || 'the root'}`, document]),
  ),
];

describe.each(DOCUMENTS)('%s', (_, document) => {
  it('is the same graph in all formats', async () => {
    const reference = await parseGraph('nquads', renderer.render('nquads', document));
    expect(reference.length).toBeGreaterThan(2);
    for (const format of RDF_FORMATS) {
      const graph = await parseGraph(format, renderer.render(format, document));
      expect(graph.length, format).toBe(reference.length);
      expect(isomorphic(graph, reference), format).toBe(true);
    }
  });

  it('shares no blank node between members and names none twice', async () => {
    const graph = await parseGraph('nquads', renderer.render('nquads', document));
    const asObject = graph.filter(({ object }) => object.termType === 'BlankNode').map(({ object }) => object.value);
    expect(new Set(asObject).size).toBe(asObject.length);
  });

  it('has at most one view, and never says that it can still change', async () => {
    const graph = await parseGraph('nquads', renderer.render('nquads', document));
    const views = graph.filter(({ predicate }) => predicate.value === 'https://w3id.org/tree#view');
    expect(views).toHaveLength(document.path === '' ? 1 : 0);
    const immutable = graph.filter(({ predicate }) => predicate.value === 'https://w3id.org/ldes#immutable');
    expect(immutable.map(({ object }) => object.value)).toEqual(document.immutable ? ['true'] : []);
  });

  it('says one thing of every path that it compares by, and nothing of the timestamp path', async () => {
    const graph = await parseGraph('nquads', renderer.render('nquads', document));
    const paths = new Set(
      graph
        .filter(
          ({ predicate, object }) =>
            predicate.value === 'https://w3id.org/tree#path' && object.termType === 'NamedNode',
        )
        .map(({ object }) => object.value),
    );
    paths.add('http://www.w3.org/ns/prov#generatedAtTime');
    for (const path of paths) {
      const said = graph.filter(({ subject }) => subject.value === path).map(({ object }) => object.value);
      const isTimestampPath = path === 'http://www.w3.org/ns/prov#generatedAtTime';
      expect(said, path).toEqual(isTimestampPath ? [] : ['http://www.w3.org/1999/02/22-rdf-syntax-ns#Property']);
    }
  });
});

describe('the stream document', () => {
  it('is the same graph in all formats, with one view and no relations', async () => {
    const reference = await parseGraph(
      'nquads',
      renderer.renderStreamDocument('nquads', { stream: observations, view }),
    );
    for (const format of RDF_FORMATS) {
      const graph = await parseGraph(format, renderer.renderStreamDocument(format, { stream: observations, view }));
      expect(isomorphic(graph, reference), format).toBe(true);
    }
    const objects = (name: string) =>
      reference
        .filter(({ predicate }) => predicate.value === `https://w3id.org/tree#${name}`)
        .map(({ object }) => object.value);
    expect(objects('view')).toEqual(['https://data.example.be/ldes/demo/heat-stress/by-page']);
    expect(objects('relation')).toEqual([]);
  });
});

describe('text from a description', () => {
  it('comes through every format as it was, but for what no RDF document can hold', async () => {
    for (const format of RDF_FORMATS) {
      const graph = await parseGraph(format, renderer.render(format, entityPage));
      const models = graph.filter(({ predicate }) => predicate.value === 'https://saref.etsi.org/core/hasModel');
      expect(models.map(({ object }) => object.value)).toContain(NASTY.toWellFormed());
    }
  });
});
