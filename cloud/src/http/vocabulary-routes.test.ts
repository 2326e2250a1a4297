import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { MEDIA_TYPES, RDF_FORMATS } from '@meetbrug/protocols/ldes';
import { CONCEPT_SCHEMES, CONTEXT_DOCUMENTS, SHAPE_NAMES } from '@meetbrug/protocols/oslo';
import { ok } from '@meetbrug/protocols/result';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { PUBLIC_OF_OPEN_CLOUD } from '../access/read-scope.ts';
import type { ReadPool } from '../read/read-pool.ts';
import { createVocabularyRoutes } from './vocabulary-routes.ts';

const BASE = 'https://data.example.be';
const LEXICON = '/id/concept/geobserveerd-kenmerk';
const AIR = `${LEXICON}/luchttemperatuur`;
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';

/** A read side with the given properties, one datastream each. */
function readersWith(properties: readonly string[]): { run: ReadPool['run']; asked: () => number } {
  let asked = 0;
  const run = (async () => {
    asked += 1;
    const datastreams = properties.map((key) => ({ property: { key } }));
    return ok({ kind: 'part', body: new TextEncoder().encode(JSON.stringify({ datastreams, next: null })) });
  }) as ReadPool['run'];
  return { run, asked: () => asked };
}

function appWith(readers: { run: ReadPool['run'] } = readersWith([]), nowMs = () => 0) {
  return new Hono().route('/id', createVocabularyRoutes(BASE, readers, PUBLIC_OF_OPEN_CLOUD, nowMs));
}
const app = appWith();
const get = (path: string, headers: Record<string, string> = {}) => app.request(path, { headers });

describe('a concept', () => {
  it.each([
    [BROWSER, 'text/html; charset=utf-8'],
    ['text/turtle', 'text/turtle; charset=utf-8'],
    ['text/turtle, text/html;q=0.5', 'text/turtle; charset=utf-8'],
    ['text/html, text/turtle;q=0.5', 'text/html; charset=utf-8'],
    ['text/html;q=0, text/turtle', 'text/turtle; charset=utf-8'],
    ['application/ld+json', 'application/ld+json'],
    ['*/*', 'text/turtle; charset=utf-8'],
    ['', 'text/turtle; charset=utf-8'],
  ])('for a reader who accepts "%s" is %s', async (accept, type) => {
    const response = await get(AIR, { Accept: accept });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(type);
    expect(response.headers.get('vary')).toBe('Accept, Accept-Encoding');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
  });

  it('is not acceptable to a reader who likes nothing of it', async () => {
    const response = await get(AIR, { Accept: 'image/png' });
    expect(response.status).toBe(406);
    const { available } = (await response.json()) as { available: string[] };
    expect(available).toEqual([...RDF_FORMATS.map((format) => MEDIA_TYPES[format]), 'text/html']);
  });

  it('answers 304 to a reader who has it, for exactly that representation', async () => {
    const etag = (await get(AIR, { Accept: 'text/turtle' })).headers.get('etag') ?? expect.fail();
    const again = await get(AIR, { Accept: 'text/turtle', 'If-None-Match': etag });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect((await get(AIR, { Accept: 'application/ld+json', 'If-None-Match': etag })).status).toBe(200);
    expect((await get(AIR, { Accept: BROWSER, 'If-None-Match': etag })).status).toBe(200);
  });

  it('is the same text in each encoding', async () => {
    const plain = await (await get(AIR)).text();
    const inEncoding = async (encoding: string) =>
      Buffer.from(await (await get(AIR, { 'Accept-Encoding': encoding })).arrayBuffer());
    expect(brotliDecompressSync(await inEncoding('br')).toString()).toBe(plain);
    expect(gunzipSync(await inEncoding('gzip')).toString()).toBe(plain);
  });

  it.each(['/id/concept/geobserveerd-kenmerk/onbekend', '/id/concept/', '/id/verkeerskenmerk/aantal', '/id/shape/x'])(
    'is a problem with status 404 where there is none: %s',
    async (path) => {
      const response = await get(path, { Accept: BROWSER });
      expect(response.status).toBe(404);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
    },
  );
});

describe('every IRI of the vocabulary', () => {
  const paths = CONCEPT_SCHEMES.flatMap(({ path, concepts }) => [path, ...concepts.map((concept) => concept.path)]);

  it.each(paths)('dereferences to RDF about it and to a page: %s', async (path) => {
    const rdf = await (await get(`/id/${path}`, { Accept: 'application/n-triples' })).text();
    expect(rdf).toContain(`<${BASE}/id/${path}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>`);
    const page = await get(`/id/${path}`, { Accept: BROWSER });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<html lang="nl">');
  });

  it.each(SHAPE_NAMES)('dereferences to the shape %s, which has no page', async (name) => {
    const response = await get(`/id/shape/${name}`, { Accept: BROWSER });
    expect(response.headers.get('content-type')).toBe('text/turtle; charset=utf-8');
    expect(await response.text()).toContain(`<${BASE}/id/shape/${name}> a sh:NodeShape`);
  });
});

describe('the page of the lexicon', () => {
  const pageWith = async (readers: Parameters<typeof appWith>[0]) =>
    (await appWith(readers).request(LEXICON, { headers: { Accept: BROWSER } })).text();

  it('links every concept but the themes by its IRI, and has an anchor for it', async () => {
    const page = await pageWith(readersWith([]));
    for (const { path } of CONCEPT_SCHEMES.flatMap(({ concepts }) => concepts)) {
      expect(page, path).toContain(`href="${BASE}/id/${path}"`);
      if (!path.startsWith('concept/thema/')) expect(page, path).toContain(`id="${path.replaceAll('/', '-')}"`);
    }
  });

  it('leads every link inside it to an anchor, and names no anchor twice', async () => {
    const page = await pageWith(readersWith([]));
    const anchors = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(anchors).size).toBe(anchors.length);
    const targets = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(targets.length).toBeGreaterThan(4);
    expect(targets.filter((target) => !anchors.includes(target))).toEqual([]);
  });

  it('says how many datastreams measure a property, and nothing where it does not know', async () => {
    const used = await pageWith(readersWith(['air-temperature', 'air-temperature']));
    expect(used).toContain('<dd>2 datastreams</dd>');
    const failing = {
      run: (async () => ({ ok: false, fault: { code: 'timeout', detail: '' } })) as unknown as ReadPool['run'],
    };
    expect(await pageWith(failing)).not.toContain('datastreams</dd>');
  });

  it('counts once a minute however many ask', async () => {
    const clock = { ms: 0 };
    const readers = readersWith(['wbgt']);
    const counting = appWith(readers, () => clock.ms);
    const ask = () => counting.request(LEXICON, { headers: { Accept: BROWSER } });
    await Promise.all([ask(), ask(), ask()]);
    expect(readers.asked()).toBe(1);
    clock.ms = 60_000;
    await ask();
    expect(readers.asked()).toBe(2);
  });

  it('runs no script, loads nothing and escapes what it shows', async () => {
    const response = await get(LEXICON, { Accept: BROWSER });
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
    const page = await response.text();
    expect(page).not.toMatch(/<script|<img|<link|src=|@import|url\(/);
    expect(page).toContain('auto&#39;s');
  });
});

describe('a JSON-LD context', () => {
  it.each([...CONTEXT_DOCUMENTS])('is served under its version, for ever: %s', async (version, text) => {
    const response = await get(`/id/context/${version}`, { Accept: BROWSER });
    expect(response.headers.get('content-type')).toBe('application/ld+json');
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(await response.text()).toBe(text);
  });

  it('of no known version is a problem with status 404', async () => {
    expect((await get('/id/context/observatie-0.jsonld')).status).toBe(404);
  });
});
