import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cloud } from '@meetbrug/cloud/src/main.ts';
import { MEDIA_TYPES, RDF_FORMATS } from '@meetbrug/protocols/ldes';
import { isomorphic } from 'rdf-isomorphic';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseGraph } from '../formats/parse-graph.ts';
import { ask, deliverMinutes, startHttpCloud } from './http-cloud.ts';

const BASE = 'https://data.example/stad';
const KEY = 'meetpunt-1.sensor-1.luchttemperatuur.momentaan';
const OBSERVATION = `/id/demo/observatie/${KEY}/2026-07-01T12:00:00Z`;
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

let dataDir: string;
let cloud: Cloud;
const get = (target: string, headers: Record<string, string> = {}, method = 'GET') =>
  ask(cloud.ports.http, target, headers, method);

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'meetbrug-http-'));
  cloud = await startHttpCloud({ dataDir, publicBaseUrl: BASE });
  await deliverMinutes(cloud, 3);
});
afterAll(async () => {
  await cloud.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

describe.each([
  OBSERVATION,
  '/id/demo/meetpunt/meetpunt-1',
  '/id/demo/sensor/sensor-1',
  '/id/demo/procedure/momentaan',
  `/id/demo/datastream/${KEY}`,
])('the IRI %s', (path) => {
  test('gives RDF about it in five formats, with a validator for each', async () => {
    const expected = await parseGraph('nquads', (await get(path, { accept: MEDIA_TYPES.nquads })).body);
    expect(expected.some(({ subject }) => subject.value === `${BASE}${path}`)).toBe(true);
    const etags = new Set<unknown>();
    for (const format of RDF_FORMATS) {
      const { status, headers, body } = await get(path, { accept: MEDIA_TYPES[format] });
      expect([status, headers['content-type']?.split(';')[0], headers.vary]).toEqual([
        200,
        MEDIA_TYPES[format],
        'Accept, Accept-Encoding',
      ]);
      expect(isomorphic(await parseGraph(format, body), expected), format).toBe(true);
      const etag = headers.etag ?? expect.fail('no ETag');
      const same = await get(path, { accept: MEDIA_TYPES[format], 'if-none-match': etag });
      expect([same.status, same.body.length, same.headers['last-modified']]).toEqual([
        304,
        0,
        headers['last-modified'],
      ]);
      etags.add(etag);
    }
    expect(etags.size).toBe(RDF_FORMATS.length);
  });

  test('says when it changed last, and the same on HEAD', async () => {
    const { date: _date, ...headers } = (await get(path)).headers;
    const { date: _headDate, ...headHeaders } = (await get(path, {}, 'HEAD')).headers;
    expect(headHeaders).toEqual(headers);
    expect(Math.abs(Date.now() - Date.parse(headers['last-modified'] ?? ''))).toBeLessThan(120_000);
  });

  test('gives people Turtle, and refuses what there is not', async () => {
    expect((await get(path, { accept: BROWSER })).headers['content-type']).toBe('text/turtle; charset=utf-8');
    const refused = await get(path, { accept: 'image/png' });
    expect([refused.status, refused.headers['content-type']]).toEqual([406, 'application/problem+json']);
  });

  test.each([
    ['a slash behind', (one: string) => `${one}/`],
    ['a query', (one: string) => `${one}?x`],
    ['doubled slashes', (one: string) => one.replaceAll('/', '//')],
    ['percent-encoding', (one: string) => one.replace('demo', 'd%65mo')],
  ])('is redirected to from %s', async (_, respell) => {
    const { status, headers } = await get(respell(path), { host: 'evil.example' });
    expect([status, headers.location]).toEqual([308, `${BASE}${path}`]);
  });
});

test.each([OBSERVATION.replaceAll(':', '%3A'), OBSERVATION.replace('Z', '.000Z'), OBSERVATION.replace('Z', '+00:00')])(
  'a begin that is written otherwise is redirected to its one spelling: %s',
  async (path) => {
    let next = path;
    for (let hop = 0; hop < 2 && next !== OBSERVATION; hop += 1) {
      const { status, headers } = await get(next);
      expect(status).toBe(308);
      next = headers.location?.slice(BASE.length) ?? expect.fail('no Location');
    }
    expect(next).toBe(OBSERVATION);
  },
);

test.each([
  '/id/demo/meetpunt/meetpunt-2',
  '/id/other/meetpunt/meetpunt-1',
  '/id/demo/meetpunt',
  '/id/demo',
  '/id',
  OBSERVATION.replace('2026', '2025'),
  `/id/demo/observatie/${KEY}/yesterday`,
])('a name that was never published is a problem with status 404: %s', async (path) => {
  const { status, headers } = await get(path);
  expect([status, headers['content-type']]).toEqual([404, 'application/problem+json']);
});
