import {
  createPageRenderer,
  type PageDocument,
  RDF_FORMATS,
  ROOT,
  type StreamInfo,
  type ViewInfo,
} from '@meetbrug/protocols/ldes';
import { describedEntities, type EntityMember } from '@meetbrug/protocols/oslo';
import { isomorphic } from 'rdf-isomorphic';
import { describe, expect, it } from 'vitest';
import { DESCRIPTIONS, FULL_DESCRIPTION, LATER_OBSERVATIONS, NASTY, OBSERVATIONS } from './example-members.ts';
import { parseGraph } from './parse-graph.ts';

const renderer = createPageRenderer({ publicBaseUrl: 'https://data.example.be', organisation: 'demo' });
const observations: StreamInfo = {
  name: 'heat-stress',
  title: NASTY,
  pollingIntervalSeconds: 30,
  kind: 'observations',
};
const entities: StreamInfo = { ...observations, name: 'sensors', kind: 'entities' };
const view: ViewInfo = { name: 'by-page', settings: { pageSize: 250, fanOut: 250 }, fullLogDays: 90 };

const entityMembers = [...Object.values(DESCRIPTIONS), FULL_DESCRIPTION].flatMap(describedEntities).map(
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
  node: { level: 0, index: 3 },
  immutable: true,
  children: [],
  members: Object.values(OBSERVATIONS),
};
const laterPage: PageDocument = { ...page, members: Object.values(LATER_OBSERVATIONS) };
const entityPage: PageDocument = { ...page, stream: entities, immutable: false, members: entityMembers };
const children: PageDocument['children'] = [
  { node: { level: 1, index: 0 }, fromMs: 1_782_907_200_000, untilMs: 1_782_907_200_001 },
  { node: { level: 1, index: 1 }, fromMs: 1_782_907_200_123 },
];
const root: PageDocument = { ...page, node: ROOT, immutable: false, children, members: [] };

const DOCUMENTS: [string, PageDocument][] = [
  ['a page of observations', page],
  ['a page of flagged, derived, suppressed and overlaid observations', laterPage],
  ['an empty page', { ...page, members: [], immutable: false }],
  ['a page of entities', entityPage],
  ['an index node', { ...root, node: { level: 2, index: 0 } }],
  ['the root', root],
  ['the root of a stream that forgets nothing', { ...root, view: { name: view.name, settings: view.settings } }],
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

  it('says nothing about the timestamp path and has at most one view', async () => {
    const graph = await parseGraph('nquads', renderer.render('nquads', document));
    const stampPath = 'http://www.w3.org/ns/prov#generatedAtTime';
    expect(graph.filter(({ subject }) => subject.value === stampPath)).toEqual([]);
    const views = graph.filter(({ predicate }) => predicate.value === 'https://w3id.org/tree#view');
    expect(views).toHaveLength(document.node === ROOT ? 1 : 0);
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
