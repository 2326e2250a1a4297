import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { Cloud } from '@meetbrug/cloud/src/main.ts';
import {
  CATALOGUE_FORMATS,
  CATALOGUE_MEDIA_TYPES,
  CATALOGUE_SHAPES,
  type CatalogueFormat,
} from '@meetbrug/protocols/dcat';
import { MEDIA_TYPES } from '@meetbrug/protocols/ldes';
import { DataFactory, Parser, type Quad, Store } from 'n3';
import { isomorphic } from 'rdf-isomorphic';
import Validator from 'rdf-validate-shacl';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectEdge, heatDescription, T0, uplink } from '../cloud/test-edge.ts';
import { type Answer, ask } from '../http/http-cloud.ts';
import { COMPLETE, startCatalogueCloud } from './catalogue-cloud.ts';
import { parseCatalogue } from './parse-catalogue.ts';

const DCAT = 'http://www.w3.org/ns/dcat#';
const DCT = 'http://purl.org/dc/terms/';
const RDF_TYPE = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type';
const { namedNode } = DataFactory;

let dataDir = '';
let cloud: Cloud;
let graph: Store;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'meetbrug-catalogue-'));
  cloud = await startCatalogueCloud(dataDir, COMPLETE);
  const edge = await connectEdge(cloud.ports.mqtt);
  const [here, there] = [heatDescription(1), heatDescription(2)];
  const elsewhere = { ...there, measuringPoint: { ...there.measuringPoint, longitude: 3.7, latitude: 51 } };
  const descriptions = [here, elsewhere];
  await edge.deliver({
    datastreams: descriptions.map(({ datastream }) => [datastream, 1] as const),
    descriptions,
    uplinks: [uplink(1, T0 + 60_000, '21.5'), uplink(2, T0, '21.4')],
  });
  await edge.end();
  graph = new Store(await parseCatalogue('nquads', (await get('nquads')).body));
});

afterAll(async () => {
  await cloud.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const get = (format: CatalogueFormat, headers: Record<string, string> = {}): Promise<Answer> =>
  ask(cloud.ports.http, '/catalogue', { accept: CATALOGUE_MEDIA_TYPES[format], ...headers });

/** The objects of a property, below the base without it. */
function values(subject: string, property: string): string[] {
  const base = cloud.publicBaseUrl;
  return graph
    .getObjects(namedNode(subject.startsWith('/') ? base + subject : subject), namedNode(property), null)
    .map(({ value }) => value.replace(base, ''));
}
const node = (subject: string, property: string) => {
  const [found] = graph.getObjects(namedNode(cloud.publicBaseUrl + subject), namedNode(property), null);
  return Object.fromEntries(
    graph
      .getQuads(found ?? expect.fail(), null, null, null)
      .map(({ predicate, object }) => [predicate.value, object.value]),
  );
};

describe('the catalogue', () => {
  it('conforms to what the profiles make mandatory, by the shapes that are served beside it', async () => {
    const shapes = new Store();
    for (const name of CATALOGUE_SHAPES.keys()) {
      const { status, body } = await ask(cloud.ports.http, `/id/shape/${name}`, { accept: MEDIA_TYPES.nquads });
      expect(status).toBe(200);
      shapes.addQuads(new Parser().parse(body.toString()));
    }
    const validator = new Validator(shapes);
    const { results } = await validator.validate(graph);
    expect(results.map(({ focusNode, path }) => `${focusNode?.value} ${path?.value}`)).toEqual([]);
    const untitled = new Store(
      graph
        .getQuads(null, null, null, null)
        .filter(
          ({ subject, predicate }) =>
            subject.value !== `${cloud.publicBaseUrl}/catalogue` || predicate.value !== `${DCT}title`,
        ),
    );
    expect((await validator.validate(untitled)).conforms).toBe(false);
  });

  it('has every stream that is served, with the views of each and the interfaces as services', () => {
    const streams = [
      'all/heat-stress',
      'demo/heat-stress',
      'demo/mobility',
      'demo/sensors',
      'other/heat-stress',
      'other/sensors',
    ];
    expect(values('/catalogue', `${DCAT}dataset`).sort()).toEqual(streams.map((name) => `/ldes/${name}`));
    const viewsOf = (name: string) =>
      name.endsWith('sensors') ? ['by-page', 'per-uur'] : ['by-page', 'latest', 'per-uur'];
    expect(values('/catalogue', `${DCAT}service`).sort()).toEqual([
      '/catalogue#dienst/api-v1',
      '/catalogue#dienst/sta-v1-1',
      ...streams.flatMap((name) => viewsOf(name).map((view) => `/ldes/${name}/${view}#description`)),
    ]);
    expect(values('/ldes/demo/mobility/per-uur#description', `${DCAT}servesDataset`)).toEqual(['/ldes/demo/mobility']);
    expect(values('/catalogue#dienst/api-v1', `${DCAT}servesDataset`)).toHaveLength(4);
  });

  it('says of a stream what the data say', () => {
    const stream = '/ldes/demo/heat-stress';
    expect(node(stream, `${DCT}temporal`)).toMatchObject({
      [`${DCAT}startDate`]: '2026-07-01T12:00:00Z',
      [`${DCAT}endDate`]: '2026-07-01T12:01:00Z',
    });
    expect(node(stream, `${DCT}spatial`)[`${DCAT}bbox`]).toMatch(
      / POLYGON\(\(3\.7 51, 3\.72 51, 3\.72 51\.05, 3\.7 51\.05, 3\.7 51\)\)$/,
    );
    expect(values(stream, `${DCAT}keyword`)).toEqual(
      expect.arrayContaining(['hittestress', 'luchttemperatuur', 'air temperature']),
    );
    expect(values(stream, `${DCT}modified`)).toHaveLength(1);
    expect(values('/ldes/demo/mobility', `${DCT}modified`)).toEqual([]);
    expect(values('/catalogue', `${DCAT}record`)).toContain('/catalogue#record/demo/heat-stress');
    expect(values('/catalogue', `${DCAT}record`)).not.toContain('/catalogue#record/demo/mobility');
  });

  it('names as publisher the organisation of a stream, and of what is of all the one of the catalogue', () => {
    const names = (subject: string) =>
      values(values(subject, `${DCT}publisher`)[0] ?? expect.fail(), 'http://xmlns.com/foaf/0.1/name');
    expect(names('/ldes/demo/heat-stress')).toEqual(['Demo']);
    expect(names('/ldes/other/sensors')).toEqual(['Ander & Co']);
    expect(values('/ldes/other/sensors', `${DCT}publisher`)).toEqual(['https://ander.example/id']);
    expect(names('/ldes/all/heat-stress')).toEqual(['Samenwerking']);
    expect(names('/catalogue')).toEqual(['Samenwerking']);
  });

  it('marks as data of high value what the configuration says, and nothing else', () => {
    const marked = graph.getSubjects(namedNode('http://data.europa.eu/r5r/hvdCategory'), null, null);
    expect(marked.filter(({ value }) => !/heat-stress|api-v1|sta-v1-1/.test(value))).toEqual([]);
    expect(values('/ldes/demo/heat-stress', 'http://data.europa.eu/r5r/hvdCategory')).toEqual([
      'http://data.europa.eu/bna/c_164e0bf5',
    ]);
    expect(values('/ldes/demo/mobility', 'http://data.europa.eu/r5r/applicableLegislation')).toEqual([]);
  });

  it('says all that the pages of the streams say of themselves as data sets and services', async () => {
    const said: Quad[] = [];
    for (const view of ['by-page', 'per-uur', 'latest']) {
      const root = await fetch(`${cloud.publicBaseUrl}/ldes/demo/heat-stress/${view}`, {
        headers: { accept: MEDIA_TYPES.nquads },
      });
      const quads = new Parser().parse(await root.text());
      said.push(
        ...quads.filter(
          ({ subject, predicate }) =>
            /\/heat-stress$|#description$/.test(subject.value) &&
            (predicate.value === RDF_TYPE || predicate.value.startsWith(DCAT) || predicate.value.startsWith(DCT)),
        ),
      );
    }
    expect(said.length).toBeGreaterThan(15);
    expect(
      said
        .filter((quad) => !graph.has(quad))
        .map(({ subject, predicate, object }) => [subject.value, predicate.value, object.value]),
    ).toEqual([]);
  });

  it('names below its base only what is there, with something said about it', async () => {
    const base = cloud.publicBaseUrl;
    const named = new Set(
      graph
        .getQuads(null, null, null, null)
        .flatMap(({ subject, object }) => [subject, object])
        .filter(({ termType, value }) => termType === 'NamedNode' && value.startsWith(base))
        .map(({ value }) => value),
    );
    expect(named.size).toBeGreaterThan(50);
    const documents = new Map<string, Set<string> | undefined>();
    for (const iri of named) {
      const url = iri.split('#')[0] ?? iri;
      if (documents.has(url)) continue;
      const response = await fetch(url, {
        headers: { accept: `${MEDIA_TYPES.nquads}, */*;q=0.1` },
        redirect: 'manual',
      });
      expect([url, response.status]).toEqual([url, 200]);
      const isRdf = response.headers.get('content-type')?.startsWith(MEDIA_TYPES.nquads) ?? false;
      const text = await response.text();
      documents.set(url, isRdf ? new Set(new Parser().parse(text).map(({ subject }) => subject.value)) : undefined);
    }
    const silent = [...named].filter((iri) => documents.get(iri.split('#')[0] ?? iri)?.has(iri) === false);
    expect(silent).toEqual([]);
    const others = [...documents]
      .filter(([, subjects]) => subjects === undefined)
      .map(([url]) => url.replace(base, ''));
    expect(others.filter((url) => !/^\/(?:api\/v1\/|openapi\.json|sta\/v1\.1)/.test(url))).toEqual([]);
  });
});

describe('the document of the catalogue', () => {
  it.each(CATALOGUE_FORMATS)('is the same graph in %s', async (format) => {
    const { status, headers, body } = await get(format);
    expect([status, headers['content-type']?.split(';')[0]]).toEqual([200, CATALOGUE_MEDIA_TYPES[format]]);
    expect(isomorphic(await parseCatalogue(format, body), graph.getQuads(null, null, null, null))).toBe(true);
  });

  it('has a validator for each representation, and answers 304 only to its own', async () => {
    const answers = await Promise.all(
      CATALOGUE_FORMATS.flatMap((format) =>
        ['identity', 'gzip', 'br'].map((encoding) => get(format, { 'accept-encoding': encoding })),
      ),
    );
    const tags = answers.map(({ headers }) => headers.etag);
    expect(new Set(tags).size).toBe(tags.length);
    const [first = '', second = ''] = tags;
    const same = await get('turtle', { 'if-none-match': first });
    expect([same.status, same.body.length, same.headers.etag, same.headers.vary]).toEqual([
      304,
      0,
      first,
      'Accept, Accept-Encoding',
    ]);
    expect((await get('turtle', { 'if-none-match': second })).status).toBe(200);
  });

  it('is compressed for whoever asks', async () => {
    const plain = await get('turtle');
    const gzip = await get('turtle', { 'accept-encoding': 'gzip' });
    const brotli = await get('turtle', { 'accept-encoding': 'br' });
    expect([gzip.headers['content-encoding'], brotli.headers['content-encoding']]).toEqual(['gzip', 'br']);
    expect(gunzipSync(gzip.body)).toEqual(plain.body);
    expect(brotliDecompressSync(brotli.body)).toEqual(plain.body);
  });

  it('is read without a login, from anywhere, and HEAD gives its headers', async () => {
    const { headers } = await get('jsonld');
    expect(headers).toMatchObject({
      'access-control-allow-origin': '*',
      vary: 'Accept, Accept-Encoding',
      'cache-control': 'public, max-age=60',
    });
    expect(Date.parse(headers['last-modified'] ?? '')).toBeGreaterThan(0);
    const head = await ask(cloud.ports.http, '/catalogue', { accept: CATALOGUE_MEDIA_TYPES.jsonld }, 'HEAD');
    expect([head.status, head.body.length, head.headers.etag, head.headers['content-length']]).toEqual([
      200,
      0,
      headers.etag,
      headers['content-length'],
    ]);
  });

  it.each([
    [undefined, 'turtle'],
    ['*/*', 'turtle'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'turtle'],
    ['application/rdf+xml, text/turtle;q=0.9', 'rdfxml'],
    ['application/*', 'jsonld'],
    ['application/rdf+xml;q=0.1, application/ld+json;q=0.2', 'jsonld'],
  ] as const)('is negotiated: %s', async (accept, format) => {
    const { status, headers } = await ask(cloud.ports.http, '/catalogue', accept === undefined ? {} : { accept });
    expect([status, headers['content-type']?.split(';')[0]]).toEqual([200, CATALOGUE_MEDIA_TYPES[format]]);
  });

  it('does not exist in other types', async () => {
    const { status, headers, body } = await ask(cloud.ports.http, '/catalogue', {
      accept: 'text/csv, text/turtle;q=0',
    });
    expect([status, headers['content-type'], headers.vary]).toEqual([
      406,
      'application/problem+json',
      'Accept, Accept-Encoding',
    ]);
    expect(JSON.parse(body.toString()).available).toEqual(CATALOGUE_FORMATS.map((name) => CATALOGUE_MEDIA_TYPES[name]));
  });

  it.each(['/catalogue/', '/catalogue?page=1', '/catalogue?'])('has one address: %s leads there', async (target) => {
    const { status, headers } = await ask(cloud.ports.http, target);
    expect([status, headers.location]).toEqual([308, `${cloud.publicBaseUrl}/catalogue`]);
  });

  it.each([
    [undefined, 'text/html'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text/html'],
    ['image/png', 'text/html'],
    ['application/json', 'application/json'],
    ['application/json, text/plain, */*', 'application/json'],
    ['text/turtle', 'text/turtle'],
    ['application/ld+json', 'application/ld+json'],
    ['application/rdf+xml, text/html;q=0.5', 'application/rdf+xml'],
  ])('is what the front page is for whoever names RDF: %s', async (accept, type) => {
    const { status, headers } = await ask(cloud.ports.http, '/', accept === undefined ? {} : { accept });
    expect([status, headers['content-type']?.split(';')[0]]).toEqual([200, type]);
    expect(headers.vary).toMatch(/^Accept\b/);
  });
});

it('is the same behind a reverse proxy with a path, whether that keeps the path or not, and whatever the host', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'meetbrug-catalogue-'));
  const base = 'https://data.example/stad';
  const behind = await startCatalogueCloud(folder, COMPLETE, base);
  const accept = MEDIA_TYPES.nquads;
  const [stripped, kept] = await Promise.all(
    ['/catalogue', '/stad/catalogue'].map((target) => ask(behind.ports.http, target, { accept, host: 'evil.example' })),
  );
  expect(stripped?.body).toEqual(kept?.body);
  const quads = new Parser().parse(String(kept?.body));
  expect(quads.filter(({ subject }) => subject.value === `${base}/catalogue`).length).toBeGreaterThan(10);
  expect(String(kept?.body)).not.toMatch(/evil|127\.0\.0\.1/);
  const { headers } = await ask(behind.ports.http, '/stad/catalogue/', { host: 'evil.example' });
  expect(headers.location).toBe(`${base}/catalogue`);
  await behind.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('without what somebody has to say', () => {
  it.each([
    ['{}', ['catalogue.publisher', 'catalogue.contact']],
    ['{ contact: { name: Data, page: https://demo.example } }', ['catalogue.publisher']],
    ['{ publisher: { name: Samenwerking } }', ['catalogue.contact']],
  ])('there is no catalogue, and the answer names the settings: %s', async (settings, missing) => {
    const folder = mkdtempSync(join(tmpdir(), 'meetbrug-catalogue-'));
    const incomplete = await startCatalogueCloud(folder, settings);
    for (const target of ['/catalogue', '/']) {
      const { status, body } = await ask(incomplete.ports.http, target, { accept: 'text/turtle' });
      expect(status).toBe(404);
      const { detail } = JSON.parse(body.toString()) as { detail: string };
      expect(detail.match(/catalogue\.\w+/g)).toEqual(missing);
    }
    await incomplete.stop();
    rmSync(folder, { recursive: true, force: true });
  });
});
