import { cacheDirectives, decodeBody, type Exchange, maxAgeSeconds } from '../crawl/exchange.ts';
import { isImmutable, type Page } from '../crawl/page.ts';
import { isRedirect } from '../crawl/read-document.ts';
import { RDF_MEDIA_TYPES } from '../crawl/terms.ts';
import type { Visit } from '../crawl/visit.ts';
import { judgeEach, onPages, type Rule, unless, type Verdict } from '../rule.ts';
import type { ServerUnderTest } from '../server-under-test.ts';
import { saidOfStream } from './stream-facts.ts';

const CODINGS = ['gzip', 'br', 'deflate', 'zstd'] as const;
const LARGE_SECONDS = 86_400;

type Asked = (headers: Readonly<Record<string, string>>, method?: string) => Promise<Exchange>;

/** A rule that asks something special of each sample. */
function onSamples(faultsOf: (ask: Asked, page: Page) => Promise<readonly string[]>): Rule['check'] {
  return async (server): Promise<Verdict> => {
    const samples = await server.samples();
    const faults = await Promise.all(samples.map((page) => faultsOf(asking(server, page), page)));
    return samples.length === 0 ? 'not applicable' : faults.flat();
  };
}

/** Asks for the page in the format that it was read in: a server need not have another. */
function asking(server: ServerUnderTest, { url, document }: Page): Asked {
  return (headers, method = 'GET') => server.ask({ url, method, headers: { accept: document.mediaType, ...headers } });
}

function varies({ headers }: Exchange, name: string): boolean {
  const names = (headers.vary ?? '').split(',').map((text) => text.trim().toLowerCase());
  return names.includes('*') || names.includes(name);
}

async function etagOf(ask: Asked): Promise<string | undefined> {
  return (await ask({})).headers.etag;
}

/** Section 7: validators, caching, encodings, status codes. */
export const CACHING_RULES: readonly Rule[] = [
  {
    name: 'where formats are negotiated, Vary names Accept',
    section: '7',
    level: 'must',
    check: onSamples(async (ask, { url }) => {
      const answers = await Promise.all(RDF_MEDIA_TYPES.map((accept) => ask({ accept })));
      const types = new Set(answers.map(({ headers }) => headers['content-type']));
      if (types.size < 2) return [];
      return answers
        .filter((one) => one.status === 200 && !varies(one, 'accept'))
        .map(({ headers }) => `${url} varies by ${headers.vary} as ${headers['content-type']}`);
    }),
  },
  {
    name: 'where encodings are negotiated, Vary names Accept-Encoding',
    section: '7',
    level: 'must',
    check: onSamples(async (ask, { url }) => {
      const answers = await Promise.all([...CODINGS, 'identity'].map((coding) => ask({ 'accept-encoding': coding })));
      if (answers.every(({ headers }) => headers['content-encoding'] === undefined)) return [];
      return answers
        .filter((one) => one.status === 200 && !varies(one, 'accept-encoding'))
        .map(({ headers }) => `${url} varies by ${headers.vary} as ${headers['content-encoding']}`);
    }),
  },
  {
    name: 'every answer has an ETag',
    section: '7',
    level: 'must',
    check: onPages(({ url, document }) => unless(document.exchange.headers.etag !== undefined, `${url} has none`)),
  },
  {
    name: 'the ETag is a strong one',
    section: '17.2',
    level: 'should',
    check: onPages(({ url, document }) => {
      const { etag } = document.exchange.headers;
      return unless(etag === undefined || /^"[^"]*"$/.test(etag), `${url} has the ETag ${etag}`);
    }),
  },
  {
    name: 'each format has an ETag of its own',
    section: '7',
    level: 'must',
    check: onSamples(async (ask, { url }) => {
      const answers = await Promise.all(RDF_MEDIA_TYPES.map((accept) => ask({ accept })));
      return repeatedEtags(answers, ({ headers }) => headers['content-type']).map((etag) => `${url} has ${etag} twice`);
    }),
  },
  {
    name: 'each encoding has an ETag of its own',
    section: '17.2',
    level: 'should',
    check: onSamples(async (ask, { url }) => {
      const answers = await Promise.all([...CODINGS, 'identity'].map((coding) => ask({ 'accept-encoding': coding })));
      const byEncoding = repeatedEtags(answers, ({ headers }) => headers['content-encoding'] ?? 'identity');
      return byEncoding.map((etag) => `${url} has ${etag} twice`);
    }),
  },
  {
    name: 'If-None-Match with the ETag is answered 304 without a body, in a list too',
    section: '7',
    level: 'must',
    check: onSamples(async (ask, { url }) => {
      const etag = await etagOf(ask);
      if (etag === undefined) return [`${url} has no ETag`];
      const asked = ['', '"other", '].map(async (before) => {
        const { status, wire } = await ask({ 'if-none-match': `${before}${etag}` });
        const isStill = (await etagOf(ask)) === etag;
        return unless(
          !isStill || (status === 304 && wire.length === 0),
          `${url} answers ${status} for ${before}${etag}`,
        );
      });
      return (await Promise.all(asked)).flat();
    }),
  },
  {
    name: '304 is never the answer to a request without If-None-Match or with another ETag',
    section: '17.2',
    level: 'must',
    check: onSamples(async (ask, { url }) => {
      const answers = await Promise.all([ask({}), ask({ 'if-none-match': '"other"' })]);
      return answers.flatMap(({ status }) => unless(status !== 304, `${url} answers 304`));
    }),
  },
  {
    name: 'immutable pages may be kept by all caches and for long',
    section: '7',
    level: 'should',
    check: onPages((page) => {
      if (!isImmutable(page)) return [];
      const { exchange } = page.document;
      const isKept = cacheDirectives(exchange).includes('public') && (maxAgeSeconds(exchange) ?? 0) >= LARGE_SECONDS;
      return unless(isKept, `${page.url} says ${exchange.headers['cache-control']}`);
    }),
  },
  {
    name: 'pages that can change may be kept no longer than the polling interval',
    section: '7',
    level: 'should',
    check: onPages((page, visit) => {
      if (isImmutable(page)) return [];
      const { exchange } = page.document;
      const seconds = maxAgeSeconds(exchange);
      const isRight =
        seconds !== undefined && seconds <= pollingSeconds(visit) && cacheDirectives(exchange).includes('public');
      return unless(isRight, `${page.url} says ${exchange.headers['cache-control']}`);
    }),
  },
  {
    name: 'Cache-Control has a space behind its commas: clients split it there',
    section: '17.3',
    level: 'should',
    check: onPages(({ url, document }) => {
      const control = document.exchange.headers['cache-control'] ?? '';
      return unless(!/,\S/.test(control), `${url} says ${control}`);
    }),
  },
  {
    name: 'a page that is redirected to names itself by the URL that it answered at',
    section: '7',
    level: 'must',
    check: async (server) => {
      const { entry, streamDocument, pages } = await server.first();
      const redirected = [entry, streamDocument, ...[...pages.values()].map(({ document }) => document)].filter(
        ({ redirects }) => redirects.length > 0,
      );
      return judgeEach(redirected, ({ url, graph, askedUrl }) =>
        unless(graph.about(url).length > 0, `${askedUrl} leads to ${url}, which says nothing of itself`),
      );
    },
  },
  {
    name: 'too much is refused with 429, and nothing fails with 5xx',
    section: '7',
    level: 'must',
    check: async (server) => {
      await server.first();
      return server
        .exchanges()
        .filter(({ status }) => status >= 500)
        .map(({ url, status }) => `${url} answers ${status}`);
    },
  },
  {
    name: 'a compressed body holds the same bytes as the plain one',
    section: '7',
    level: 'must',
    check: onSamples(async (ask, { url }) => {
      const plain = await ask({});
      const faults = await Promise.all(CODINGS.map((coding) => faultOfCoding(ask, coding, plain)));
      const isStill = (await ask({})).wire.equals(plain.wire);
      return isStill ? faults.flat().map((fault) => `${url} ${fault}`) : [];
    }),
  },
  {
    name: 'gzip can be had',
    section: '17.9',
    level: 'should',
    check: onSamples(async (ask, { url }) => isEncoded(await ask({ 'accept-encoding': 'gzip' }), 'gzip', url)),
  },
  {
    name: 'brotli can be had',
    section: '17.9',
    level: 'should',
    check: onSamples(async (ask, { url }) => isEncoded(await ask({ 'accept-encoding': 'br' }), 'br', url)),
  },
  {
    name: 'an encoding that was not asked for is never sent',
    section: '7',
    level: 'must',
    check: onSamples(async (ask, { url }) => {
      const answers = await Promise.all([ask({}), ask({ 'accept-encoding': 'gzip, br' })]);
      const allowed = [['identity'], ['identity', 'gzip', 'br']];
      return answers.flatMap(({ headers }, index) => {
        const coding = headers['content-encoding'] ?? 'identity';
        return unless(allowed[index]?.includes(coding) ?? false, `${url} is sent as ${coding}`);
      });
    }),
  },
  {
    name: 'HEAD is answered as GET is, without a body',
    section: '7',
    level: 'should',
    check: onSamples(async (ask, { url }) => {
      const [got, head] = await Promise.all([ask({}), ask({}, 'HEAD')]);
      const same = ['content-type', 'cache-control', 'vary'].every((name) => got.headers[name] === head.headers[name]);
      return unless(head.status === got.status && same, `${url} answers ${head.status} with other headers`);
    }),
  },
  {
    name: 'scripts of other origins may read pages and their ETag',
    section: '17',
    level: 'should',
    check: onSamples(async (ask, { url }) => {
      const origin = 'https://viewer.example';
      const { headers } = await ask({ origin });
      const allowed = ['*', origin].includes(headers['access-control-allow-origin'] ?? '');
      const exposed = /\*|etag/i.test(headers['access-control-expose-headers'] ?? '');
      return unless(allowed && exposed, `${url} may not be read by ${origin}`);
    }),
  },
  {
    name: 'a type that cannot be had is refused with 406',
    section: '17',
    level: 'should',
    check: onSamples(async (ask, { url }) => {
      const { status } = await ask({ accept: 'image/png' });
      return unless(status === 406, `${url} answers ${status} to a reader of pictures`);
    }),
  },
  {
    name: 'what is not there is refused with 404 and a problem document',
    section: '17',
    level: 'should',
    check: async (server) => {
      const url = `${(await server.first()).root}/no-such-page-0`;
      const { status, headers } = await server.ask({ url, headers: {} });
      const isProblem = (headers['content-type'] ?? '').startsWith('application/problem+json');
      return unless(status === 404 && isProblem, `${url} answers ${status} with ${headers['content-type']}`);
    },
  },
];

function repeatedEtags(answers: readonly Exchange[], variantOf: (answer: Exchange) => string | undefined): string[] {
  const variants = new Map(answers.filter(({ status }) => status === 200).map((one) => [variantOf(one), one]));
  const etags = [...variants.values()].flatMap(({ headers }) => headers.etag ?? []);
  return etags.filter((etag, index) => etags.indexOf(etag) !== index);
}

function pollingSeconds(visit: Visit): number {
  return Number(saidOfStream(visit, 'pollingInterval')[0]?.value ?? Number.POSITIVE_INFINITY);
}

async function faultOfCoding(ask: Asked, coding: string, plain: Exchange): Promise<string[]> {
  const encoded = await ask({ 'accept-encoding': coding });
  try {
    return unless(decodeBody(encoded).equals(decodeBody(plain)), `has other bytes in ${coding}`);
  } catch (error) {
    return [`cannot be decoded from ${coding}: ${(error as Error).message}`];
  }
}

function isEncoded({ headers, status }: Exchange, coding: string, url: string): string[] {
  return unless(status !== 200 || headers['content-encoding'] === coding, `${url} comes as it is`);
}

/** Whether an answer leads somewhere else and nothing is shown under this URL. */
export function leadsElsewhere(answered: Exchange): boolean {
  return isRedirect(answered) || answered.status >= 400;
}
