import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { INDEX_0, PAGE_0, PAGE_2, ROOT } from './documents.ts';
import { type Answer, all, EVERYWHERE, edit, header, type Mutant, type Seen, status, swap, where } from './mutation.ts';

const NQUADS = 'application/n-quads';
const TURTLE = 'text/turtle';
const JSON_LD = 'application/ld+json';

const asksAlone = ({ headers }: Seen) => !headers.accept?.includes(',');
const asksFor = (accept: string) => (seen: Seen) => seen.headers.accept === accept;
const isCoded = (coding: string) => (answer: Answer) => answer.headers['content-encoding'] === coding;

/** Undoes a coding: the server does not know it. */
const without = (coding: string, decode: (body: Buffer) => Buffer) => (answer: Answer) => {
  if (!isCoded(coding)(answer) || answer.body.length === 0) return answer;
  const { 'content-encoding': _coding, ...headers } = answer.headers;
  return { ...answer, headers, body: decode(answer.body) };
};

/** Puts a context by URL before that of each JSON-LD document. */
const withContext = (url: (port: string) => string) =>
  edit(
    EVERYWHERE,
    (text, iri) => {
      const document = JSON.parse(text);
      const port = new URL(iri('').slice(1, -1)).port;
      return JSON.stringify({ ...document, '@context': [url(port), document['@context']] });
    },
    JSON_LD,
  );

/** The root links the old URL of an index node, which leads to the new one. */
const renamed = all(
  swap(ROOT, '/index/1/0>', '/index/1/0-old>'),
  where(/index\/1\/0-old$/, (_answer, { target }) => ({
    status: 308,
    headers: { location: target.replace('-old', '') },
    body: Buffer.alloc(0),
  })),
);

/** A server that breaks it, for each rule about formats and HTTP. */
export const HTTP_MUTANTS: Readonly<Record<string, Mutant>> = {
  'at least one of the five formats can be had': { broken: header(asksAlone, 'content-type', () => 'text/plain') },
  'all five formats can be had by negotiation': { broken: status(asksFor('application/trig'), 406) },
  'a body is what its Content-Type says': { broken: edit(PAGE_0, (text) => `${text}\nnonsense`, TURTLE) },
  'a page is the same graph in every format': {
    broken: edit(PAGE_0, (text) => text.replace('tree:Node', 'tree:Knot'), TURTLE),
  },
  'of several formats the one with the greater q-value is given': {
    broken: header(
      ({ headers }) => headers.accept?.includes('q=0.3') ?? false,
      'content-type',
      () => 'application/trig',
    ),
  },
  'a request without Accept, or with any type at all, is answered with RDF': {
    broken: status(({ headers }) => headers.accept === undefined, 406),
  },
  'JSON-LD never refers to the LDES context at w3id.org': {
    broken: withContext(() => 'https://w3id.org/ldes/context.jsonld'),
  },
  'JSON-LD carries its context, or refers to one that caches may keep': {
    broken: all(
      withContext((port) => `http://127.0.0.1:${port}/context.jsonld`),
      where(/^\/context\.jsonld$/, () => ({
        status: 200,
        headers: { 'content-type': JSON_LD },
        body: Buffer.from('{"@context":{}}'),
      })),
    ),
  },
  'where formats are negotiated, Vary names Accept': { broken: header(EVERYWHERE, 'vary', () => 'Accept-Encoding') },
  'where encodings are negotiated, Vary names Accept-Encoding': { broken: header(EVERYWHERE, 'vary', () => 'Accept') },
  'every answer has an ETag': { broken: header(PAGE_0, 'etag', () => undefined) },
  'the ETag is a strong one': { broken: header(PAGE_0, 'etag', (etag) => `W/${etag}`) },
  'each format has an ETag of its own': { broken: header(EVERYWHERE, 'etag', () => '"same"') },
  'each encoding has an ETag of its own': {
    broken: header(EVERYWHERE, 'etag', (etag) => etag.replace(/-(?:identity|gzip|br|zstd)"/, '"')),
  },
  'If-None-Match with the ETag is answered 304 without a body, in a list too': {
    broken: (answer) => (answer.status === 304 ? { ...answer, status: 200 } : answer),
  },
  '304 is never the answer to a request without If-None-Match or with another ETag': {
    broken: where(asksFor(NQUADS), (answer) => ({ ...answer, status: 304, body: Buffer.alloc(0) })),
  },
  'immutable pages may be kept by all caches and for long': {
    broken: header(PAGE_0, 'cache-control', () => 'private, immutable'),
  },
  'pages that can change may be kept no longer than the polling interval': {
    broken: header(PAGE_2, 'cache-control', () => 'public, max-age=600'),
  },
  'Cache-Control has a space behind its commas: clients split it there': {
    broken: header(PAGE_0, 'cache-control', (control) => control.replaceAll(', ', ',')),
  },
  'a page that is redirected to names itself by the URL that it answered at': {
    sound: renamed,
    broken: all(renamed, swap(INDEX_0, '/index/1/0>', '/index/1/0-old>')),
  },
  'too much is refused with 429, and nothing fails with 5xx': { broken: status(PAGE_0, 503) },
  'a compressed body holds the same bytes as the plain one': {
    broken: where(PAGE_0, (answer) => (isCoded('gzip')(answer) ? { ...answer, body: gzipSync('other') } : answer)),
  },
  'gzip can be had': { broken: without('gzip', gunzipSync) },
  'brotli can be had': { broken: without('br', brotliDecompressSync) },
  'an encoding that was not asked for is never sent': {
    broken: where(PAGE_0, (answer) => {
      if (answer.headers['content-encoding'] !== undefined) return answer;
      return { ...answer, headers: { ...answer.headers, 'content-encoding': 'gzip' }, body: gzipSync(answer.body) };
    }),
  },
  'HEAD is answered as GET is, without a body': {
    broken: header(
      ({ method }) => method === 'HEAD',
      'content-type',
      () => undefined,
    ),
  },
  'scripts of other origins may read pages and their ETag': {
    broken: header(EVERYWHERE, 'access-control-expose-headers', () => undefined),
  },
  'a type that cannot be had is refused with 406': { broken: status(asksFor('image/png'), 200) },
  'what is not there is refused with 404 and a problem document': {
    broken: header(/no-such-page/, 'content-type', () => 'text/plain'),
  },
  'another spelling of the URL of a page is redirected or refused, never answered with the page': {
    broken: (answer) => (answer.status === 308 ? { ...answer, status: 200 } : answer),
  },
  'what a request says of host and proxy does not change what a page says': {
    broken: where(
      ({ headers }) => headers['x-forwarded-host'] !== undefined,
      (answer, { headers }) => ({ ...answer, body: Buffer.from(`http://${headers['x-forwarded-host']}/`) }),
    ),
  },
};
