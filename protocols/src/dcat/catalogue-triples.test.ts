import { describe, expect, it } from 'vitest';
import type { Iri, Term } from '../oslo/triple.ts';
import type { Catalogue, CatalogueDataset } from './catalogue.ts';
import { dcat, dct, foaf, mdcat, vcard } from './catalogue-terms.ts';
import { catalogueModifiedMs, catalogueTriples } from './catalogue-triples.ts';

const BASE = 'https://data.example';
const STREAM = `${BASE}/ldes/demo/heat-stress`;
const JUNE_MS = Date.UTC(2026, 5, 1);

const DATASET: CatalogueDataset = {
  organisation: 'demo',
  stream: 'heat-stress',
  kind: 'observations',
  theme: 'heat-stress',
  title: 'Demo: hittestress',
  publisher: { organisation: 'demo', name: 'Demo' },
  contact: { name: 'Data', email: 'data@demo.example' },
  views: [{ kind: 'by-page', name: 'by-page', pageSize: 250, fanOut: 250 }],
  closed: false,
  access: 'public',
  highValue: [],
  contents: { properties: [], licences: [] },
};
const CATALOGUE: Catalogue = {
  publicBaseUrl: BASE,
  title: 'Metingen',
  description: 'Metingen.',
  publisher: DATASET.publisher,
  contact: DATASET.contact,
  licence: 'https://licence.example/own',
  rights: 'Vrij.',
  languages: ['nl', 'en'],
  datasets: [DATASET],
  apis: [
    {
      name: 'api',
      title: 'API',
      description: 'API.',
      endpointPath: '/api',
      descriptionPath: '/api.json',
      conformsTo: [],
      datasetPath: '/api?of={organisation}&about={theme}',
    },
  ],
};

const textOf = (term: Term): string => (term.kind === 'blank' ? `_:${term.label}` : term.value);

/** The values of a property in a catalogue with one data set, in their order. */
function valuesIn(catalogue: Catalogue, subject: string, property: Iri): string[] {
  return catalogueTriples(catalogue)
    .filter((triple) => textOf(triple.subject) === subject && triple.predicate.value === property.value)
    .map(({ object }) => textOf(object));
}
const valuesOf = (changes: Partial<CatalogueDataset>, subject: string, property: Iri) =>
  valuesIn({ ...CATALOGUE, datasets: [{ ...DATASET, ...changes }] }, subject, property);

describe('a data set', () => {
  it('is distributed by its view of everything and by the interfaces that have it', () => {
    expect(valuesOf({}, STREAM, dcat.distribution)).toEqual([
      `${BASE}/catalogue#distributie/demo/heat-stress/ldes`,
      `${BASE}/catalogue#distributie/demo/heat-stress/api`,
    ]);
    const access = (kind: string) =>
      valuesOf({}, `${BASE}/catalogue#distributie/demo/heat-stress/${kind}`, dcat.accessURL);
    expect([access('ldes'), access('api')]).toEqual([[`${STREAM}/by-page`], [`${BASE}/api?of=demo&about=heat-stress`]]);
  });

  it('of all organisations is distributed by its view alone, whoever publishes the catalogue', () => {
    expect(valuesOf({ organisation: 'all' }, `${BASE}/ldes/all/heat-stress`, dcat.distribution)).toEqual([
      `${BASE}/catalogue#distributie/all/heat-stress/ldes`,
    ]);
  });

  it('of which nothing is known says neither time nor place, and has no record', () => {
    for (const property of [dct.temporal, dct.spatial, dct.issued, dct.modified]) {
      expect(valuesOf({}, STREAM, property)).toEqual([]);
    }
    expect(valuesIn(CATALOGUE, `${BASE}/catalogue`, dcat.record)).toEqual([]);
    expect(catalogueModifiedMs(CATALOGUE)).toBeUndefined();
  });

  it('has a record of the same date as its newest commit', () => {
    const contents = { ...DATASET.contents, modifiedMs: JUNE_MS };
    const record = `${BASE}/catalogue#record/demo/heat-stress`;
    expect(valuesOf({ contents }, record, foaf.primaryTopic)).toEqual([STREAM]);
    expect(valuesOf({ contents }, record, dct.modified)).toEqual(['2026-06-01T00:00:00Z']);
    expect(valuesOf({ contents }, `${BASE}/catalogue`, dct.modified)).toEqual(['2026-06-01T00:00:00Z']);
  });

  it.each([
    [{ west: 3, south: 50, east: 4, north: 51 }, dcat.bbox, 'POLYGON((3 50, 4 50, 4 51, 3 51, 3 50))'],
    [{ west: 3, south: 50, east: 3, north: 50 }, dcat.centroid, 'POINT(3 50)'],
    [{ west: 3, south: 50, east: 4, north: 50 }, dcat.centroid, 'POINT(3.5 50)'],
  ])('covers a box, or has a middle when that has no area', (box, property, wkt) => {
    const contents = { ...DATASET.contents, box };
    expect(valuesOf({ contents }, '_:d0g', property)).toEqual([
      `<http://www.opengis.net/def/crs/OGC/1.3/CRS84> ${wkt}`,
    ]);
  });

  it.each([
    [[], ['https://licence.example/own']],
    [['https://licence.example/a'], ['https://licence.example/a']],
    [['https://licence.example/a', 'https://licence.example/b'], []],
  ])('has the licence that all of it has, or else none: %j', (licences, expected) => {
    const contents = { ...DATASET.contents, licences };
    for (const subject of [`${BASE}/catalogue#distributie/demo/heat-stress/ldes`, `${STREAM}/by-page#description`]) {
      expect(valuesOf({ contents }, subject, dct.license)).toEqual(expected);
    }
  });

  it('that has to be asked for says so, and is not called open', () => {
    const ask = (property: Iri) =>
      valuesOf({ access: 'restricted' }, STREAM, property).map((iri) => iri.replace(/.*\//, ''));
    expect([ask(dct.accessRights), ask(mdcat.statuut)]).toEqual([['RESTRICTED'], ['GEODATA']]);
    const distribution = `${BASE}/catalogue#distributie/demo/heat-stress/ldes`;
    expect(valuesOf({ access: 'restricted' }, distribution, dct.rights)).toEqual([
      `${BASE}/catalogue#rechten-op-aanvraag`,
    ]);
    expect(valuesOf({}, distribution, dct.rights)).toEqual([`${BASE}/catalogue#rechten`]);
  });

  it('that has ended is never updated', () => {
    const frequency = (closed: boolean) =>
      valuesOf({ closed }, STREAM, dct.accrualPeriodicity).map((iri) => iri.replace(/.*\//, ''));
    expect([frequency(false), frequency(true)]).toEqual([['UPDATE_CONT'], ['NEVER']]);
  });

  it('is published by whom it says, under the IRI that it says', () => {
    const publisher = { organisation: 'demo', name: 'Demo', iri: 'https://demo.example/id' };
    expect(valuesOf({}, STREAM, dct.publisher)).toEqual([`${BASE}/catalogue#uitgever/demo`]);
    expect(valuesOf({ publisher }, STREAM, dct.publisher)).toEqual(['https://demo.example/id']);
    expect(valuesOf({ publisher }, 'https://demo.example/id', foaf.name)).toEqual(['Demo']);
    expect(valuesOf({}, `${BASE}/catalogue#contact`, vcard.hasEmail)).toEqual(['mailto:data@demo.example']);
  });
});

describe('a catalogue', () => {
  it('is the publisher of interfaces, which serve the observations of all streams', () => {
    const sensors: CatalogueDataset = { ...DATASET, stream: 'sensors', kind: 'entities' };
    const catalogue = { ...CATALOGUE, datasets: [DATASET, sensors] };
    expect(valuesIn(catalogue, `${BASE}/catalogue#dienst/api`, dcat.servesDataset)).toEqual([STREAM]);
    expect(valuesIn(catalogue, `${BASE}/catalogue#dienst/api`, dcat.endpointDescription)).toEqual([`${BASE}/api.json`]);
  });

  it('claims no interface that it was not given', () => {
    const services = valuesIn({ ...CATALOGUE, apis: [] }, `${BASE}/catalogue`, dcat.service);
    expect(services).toEqual([`${STREAM}/by-page#description`]);
  });

  it('tells a second view of a kind from the first by its name', () => {
    const views = ['by-page', 'small'].map((name) => ({ kind: 'by-page', name, pageSize: 10, fanOut: 10 }) as const);
    const titles = ['by-page', 'small'].flatMap((name) =>
      valuesOf({ views }, `${STREAM}/${name}#description`, dct.title),
    );
    expect(new Set(titles).size).toBe(2);
  });
});
