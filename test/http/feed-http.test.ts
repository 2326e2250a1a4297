import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { Cloud } from '@meetbrug/cloud/src/main.ts';
import { MEDIA_TYPES, RDF_FORMATS } from '@meetbrug/protocols/ldes';
import { isomorphic } from 'rdf-isomorphic';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseGraph } from '../formats/parse-graph.ts';
import { waitFor } from '../harness/wait-for.ts';
import { ask, deliverMinutes, startHttpCloud } from './http-cloud.ts';

const BASE = 'https://data.example';
const FEED = '/ldes/demo/heat-stress';
const CLOSED = `${FEED}/by-page/page/0`;
const MONTH = new Date().toISOString().slice(0, 7);
const KEY = 'meetpunt-1.sensor-1.luchttemperatuur.momentaan';
const BUCKET = `${FEED}/by-datastream/${MONTH}/${KEY}`;
const PROFILE = 'profile="https://w3id.org/tree/profile"';
const LDES_CLIENT = {
  accept:
    'application/n-quads, application/trig;q=0.95, application/ld+json;q=0.9, application/n-triples;q=0.8, text/turtle;q=0.6',
  'accept-encoding': 'br,gzip,deflate',
};

/** One document of each kind: streams, roots, months, buckets, index nodes and pages, open and closed. */
const DOCUMENTS = [
  FEED,
  `${FEED}/by-page`,
  `${FEED}/by-page/index/1/0`,
  CLOSED,
  `${FEED}/by-page/page/2`,
  `${FEED}/by-time`,
  `${FEED}/by-time/${MONTH}`,
  `${FEED}/by-location`,
  `${FEED}/by-location/${MONTH}`,
  `${FEED}/by-property`,
  `${FEED}/by-property/${MONTH}/air-temperature/page/0`,
  BUCKET,
  `${BUCKET}/index/1/0`,
  `${BUCKET}/page/0`,
  `${FEED}/latest`,
  '/ldes/demo/sensors',
  '/ldes/demo/sensors/by-page/page/0',
  '/ldes/all/heat-stress',
  '/ldes/all/heat-stress/by-page/page/0',
];

let dataDir: string;
let cloud: Cloud;
const get = (target: string, headers: Record<string, string> = {}, method = 'GET') =>
  ask(cloud.ports.http, target, headers, method);

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'meetbrug-http-'));
  cloud = await startHttpCloud({ dataDir, publicBaseUrl: BASE });
  await deliverMinutes(cloud, 5);
  const last = `${BUCKET}/page/2`;
  await waitFor(
    async () => (await get(last)).status === 200 || undefined,
    10_000,
    () => `${last} is not there`,
  );
});
afterAll(async () => {
  await cloud.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

describe.each(DOCUMENTS)('the document %s', (path) => {
  test('names itself by its public URL, and is the same graph in all five formats', async () => {
    const expected = await parseGraph('nquads', (await get(path, { accept: MEDIA_TYPES.nquads })).body);
    expect(expected.some(({ subject }) => subject.value === `${BASE}${path}`)).toBe(true);
    const etags = new Set<unknown>();
    for (const format of RDF_FORMATS) {
      const { status, headers, body } = await get(path, { accept: `${MEDIA_TYPES[format]}, */*;q=0.1` });
      expect([status, headers['content-type']?.split(';')[0]]).toEqual([200, MEDIA_TYPES[format]]);
      expect(isomorphic(await parseGraph(format, body), expected), format).toBe(true);
      etags.add(headers.etag);
    }
    expect(etags.size).toBe(RDF_FORMATS.length);
  });

  test('comes in each encoding with a validator of its own, and 304 only for that', async () => {
    const plain = await get(path);
    const decoders = { br: brotliDecompressSync, gzip: gunzipSync, zstd: zstdDecompressSync };
    const etags = new Set([plain.headers.etag]);
    for (const [encoding, decode] of Object.entries(decoders)) {
      const encoded = await get(path, { 'accept-encoding': encoding });
      const { headers, body } = encoded;
      expect(headers['content-encoding']).toBe(encoding);
      expect(decode(body)).toEqual(plain.body);
      expect(Number(headers['content-length'])).toBe(body.length);
      etags.add(headers.etag);
      const conditional = (value: string) => get(path, { 'accept-encoding': encoding, 'if-none-match': value });
      const etag = headers.etag ?? expect.fail('no ETag');
      for (const value of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
        const same = await conditional(value);
        expect([value, same.status, same.headers.etag, same.body.length]).toEqual([value, 304, etag, 0]);
        expect([same.headers['cache-control'], same.headers.vary]).toEqual([headers['cache-control'], headers.vary]);
      }
      for (const value of ['"x"', 'W/"x"', plain.headers.etag ?? '']) {
        expect([value, (await conditional(value)).status]).toEqual([value, 200]);
      }
    }
    expect(etags.size).toBe(4);
    for (const etag of etags) expect(etag).toMatch(/^"[!#-~]+"$/);
  });

  test('has the headers that caches and browsers need, on HEAD as on GET', async () => {
    const answered = await get(path, LDES_CLIENT);
    const head = await get(path, LDES_CLIENT, 'HEAD');
    const { date: _date, ...headers } = answered.headers;
    const { date: _headDate, ...headHeaders } = head.headers;
    expect([head.status, head.body.length, headHeaders]).toEqual([200, 0, headers]);
    expect(headers['cache-control']).toMatch(/^public, max-age=\d+(, immutable)?$/);
    expect(headers.vary).toBe('Accept, Accept-Encoding');
    expect(headers['access-control-allow-origin']).toBe('*');
    expect(headers['access-control-expose-headers']).toContain('ETag');
  });

  test('says that it is immutable in the header exactly when it says so in the document', async () => {
    const { headers, body } = await get(path, { accept: MEDIA_TYPES.nquads });
    const said = body.toString().includes(`<${BASE}${path}> <https://w3id.org/ldes#immutable> "true"`);
    expect(headers['cache-control']?.endsWith(', immutable')).toBe(said);
    expect(said).toBe(/(page|index\/1)\/0$/.test(path));
  });

  test('is the same whatever host and proxy a request names', async () => {
    const plain = await get(path);
    for (const forged of [
      { host: 'evil.example' },
      { host: 'evil.example:99999/x?y' },
      { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http', 'x-forwarded-prefix': '/evil' },
      { forwarded: 'host=evil.example;proto=http' },
    ]) {
      const { status, headers, body } = await get(path, forged);
      expect([forged, status, headers.etag, body.toString()]).toEqual([
        forged,
        200,
        plain.headers.etag,
        plain.body.toString(),
      ]);
    }
    expect((await get(`http://evil.example${path}`)).headers.etag).toBe(plain.headers.etag);
  });

  test.each([
    ['a slash behind', (one: string) => `${one}/`],
    ['slashes in front', (one: string) => `/${one}`],
    ['doubled slashes', (one: string) => one.replaceAll('/', '//')],
    ['a query', (one: string) => `${one}?pageNumber=1`],
    ['an empty query', (one: string) => `${one}?`],
    ['percent-encoding', (one: string) => one.replace('demo', 'd%65mo').replace('all', '%61ll')],
    ['dots', (one: string) => one.replace('/ldes/', '/ldes/./')],
  ])('is redirected to, with 308, from %s', async (_, respell) => {
    const { status, headers } = await get(respell(path), { host: 'evil.example', ...LDES_CLIENT });
    expect([status, headers.location]).toEqual([308, `${BASE}${path}`]);
  });
});

describe('negotiation', () => {
  test.each([
    [undefined, 'text/turtle; charset=utf-8'],
    ['*/*', 'text/turtle; charset=utf-8'],
    ['text/html,application/xhtml+xml,*/*;q=0.8', 'text/turtle; charset=utf-8'],
    ['application/*', 'application/n-quads; charset=utf-8'],
    ['text/turtle;q=0.1, application/trig;q=0.2', 'application/trig; charset=utf-8'],
    [LDES_CLIENT.accept, 'application/n-quads; charset=utf-8'],
    [`text/turtle;${PROFILE}`, `text/turtle; charset=utf-8; ${PROFILE}`],
    [`application/n-quads;${PROFILE};q=0.9, */*;q=0.1`, `application/n-quads; charset=utf-8; ${PROFILE}`],
  ])('for Accept %s gives %s, the first time and from memory', async (accept, type) => {
    for (const path of [CLOSED, `${FEED}/by-page`]) {
      const first = await get(path, accept === undefined ? {} : { accept });
      const second = await get(path, accept === undefined ? {} : { accept });
      expect([first.headers['content-type'], second.headers['content-type']]).toEqual([type, type]);
      expect(second.headers.etag).toBe(first.headers.etag);
    }
  });

  test('keeps the profile apart from the plain format, which has the same bytes', async () => {
    const plain = await get(CLOSED, { accept: 'text/turtle' });
    const profiled = await get(CLOSED, { accept: `text/turtle;${PROFILE}` });
    expect(profiled.body).toEqual(plain.body);
    expect(profiled.headers.etag).not.toBe(plain.headers.etag);
    const conditional = (accept: string) =>
      get(CLOSED, { accept, 'if-none-match': profiled.headers.etag ?? expect.fail('no ETag') });
    expect((await conditional('text/turtle')).status).toBe(200);
    expect((await conditional(`text/turtle;${PROFILE}`)).status).toBe(304);
  });

  test.each([
    [LDES_CLIENT['accept-encoding'], 'br'],
    ['gzip', 'gzip'],
    ['*', 'br'],
    ['zstd', 'zstd'],
    ['deflate', undefined],
    ['br;q=0, gzip;q=0, *;q=0', undefined],
  ])('for Accept-Encoding %s encodes with %s', async (encodings, expected) => {
    expect((await get(CLOSED, { 'accept-encoding': encodings })).headers['content-encoding']).toBe(expected);
  });

  test('refuses with a problem that names what there is', async () => {
    const { status, headers, body } = await get(CLOSED, { accept: 'image/png, application/rdf+xml' });
    expect([status, headers['content-type'], headers.vary]).toEqual([
      406,
      'application/problem+json',
      'Accept, Accept-Encoding',
    ]);
    expect(JSON.parse(body.toString()).available).toEqual(Object.values(MEDIA_TYPES));
  });
});

describe('what is not there', () => {
  test.each([
    `${FEED}/by-page/page/3`,
    `${FEED}/by-page/index/2/0`,
    `${FEED}/by-page/page/x`,
    `${FEED}/by-colour`,
    `${FEED}/by-time/1999-01`,
    `${FEED}/by-property/${MONTH}/water-level`,
    `${FEED}/latest/bucket/4`,
    '/ldes/demo/water-level',
    '/ldes/nobody/heat-stress',
    '/ldes',
    '/nothing',
    `/ldes/demo/%`,
  ])('is a problem with status 404: %s', async (path) => {
    const { status, headers, body } = await get(path, LDES_CLIENT);
    expect([status, headers['content-type']]).toEqual([404, 'application/problem+json']);
    expect(JSON.parse(body.toString())).toMatchObject({ status: 404, title: 'Not found' });
  });
});

describe('a browser at another origin', () => {
  test('may ask with conditions', async () => {
    const { status, headers } = await get(
      CLOSED,
      { origin: 'https://viewer.example', 'access-control-request-headers': 'if-none-match' },
      'OPTIONS',
    );
    expect([status, headers['access-control-allow-origin'], headers['access-control-allow-methods']]).toEqual([
      204,
      '*',
      'GET, HEAD',
    ]);
    expect(headers['access-control-allow-headers']).toContain('If-None-Match');
  });
});
