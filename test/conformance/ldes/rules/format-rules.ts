import { isomorphic } from 'rdf-isomorphic';
import type { RdfDocument } from '../crawl/read-document.ts';
import { JSON_LD, LDES_CONTEXT, NQUADS, RDF_MEDIA_TYPES } from '../crawl/terms.ts';
import { type Rule, unless } from '../rule.ts';
import type { ServerUnderTest } from '../server-under-test.ts';

interface Representations {
  readonly url: string;
  /** Formats that the server gave when asked for them alone. */
  readonly documents: readonly RdfDocument[];
  /** What did not come as it was asked for. */
  readonly others: readonly RdfDocument[];
}

const ATTEMPTS_MAX = 3;

/** All formats of one page while it stood still: of a page that changes meanwhile they cannot be compared. */
async function representationsOf(server: ServerUnderTest, url: string): Promise<Representations | undefined> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const before = await server.read(url, RDF_MEDIA_TYPES.join(', '));
    const all = await Promise.all(
      RDF_MEDIA_TYPES.map(async (type) => ({ type, document: await server.read(url, type) })),
    );
    const after = await server.read(url, RDF_MEDIA_TYPES.join(', '));
    if (!before.exchange.wire.equals(after.exchange.wire)) continue;
    const isAsAsked = (one: (typeof all)[number]) =>
      one.document.exchange.status === 200 && one.document.mediaType === one.type;
    return {
      url,
      documents: all.filter(isAsAsked).map(({ document }) => document),
      others: all.filter((one) => !isAsAsked(one)).map(({ document }) => document),
    };
  }
  return undefined;
}

/** A rule about the formats of each sample that stands still. */
function onRepresentations(faultsOf: (found: Representations) => readonly string[]): Rule['check'] {
  return async (server) => {
    const samples = await server.samples();
    const found = await Promise.all(samples.map(({ url }) => representationsOf(server, url)));
    const still = found.flatMap((one) => (one === undefined ? [] : [one]));
    return still.length === 0 ? 'not applicable' : still.flatMap(faultsOf);
  };
}

/** Section 7, formats and their negotiation. */
export const FORMAT_RULES: readonly Rule[] = [
  {
    name: 'at least one of the five formats can be had',
    section: '7',
    level: 'must',
    check: onRepresentations(({ url, documents }) => unless(documents.length > 0, `${url} has none of them`)),
  },
  {
    name: 'all five formats can be had by negotiation',
    section: '17.2',
    level: 'should',
    check: onRepresentations(({ url, documents }) => {
      const given = new Set(documents.map(({ mediaType }) => mediaType));
      const missing = RDF_MEDIA_TYPES.filter((type) => !given.has(type));
      return unless(missing.length === 0, `${url} cannot be had as ${missing.join(', ')}`);
    }),
  },
  {
    name: 'a body is what its Content-Type says',
    section: '7',
    level: 'must',
    check: onRepresentations(({ url, documents, others }) =>
      [...documents, ...others.filter(({ exchange }) => exchange.status === 200)].flatMap(({ unreadable }) =>
        unless(unreadable === undefined, `${url} ${unreadable}`),
      ),
    ),
  },
  {
    name: 'a page is the same graph in every format',
    section: '7',
    level: 'must',
    check: onRepresentations(({ url, documents }) => {
      const [reference, ...others] = documents.filter(({ unreadable }) => unreadable === undefined);
      return others.flatMap(({ mediaType, graph }) =>
        unless(
          reference === undefined || isomorphic([...reference.graph.quads], [...graph.quads]),
          `${url} says something else as ${mediaType} than as ${reference?.mediaType}`,
        ),
      );
    }),
  },
  {
    name: 'of several formats the one with the greater q-value is given',
    section: '7',
    level: 'should',
    check: async (server) => {
      const { root } = await server.first();
      const pairs = [
        [NQUADS, 'text/turtle'],
        ['text/turtle', NQUADS],
      ] as const;
      const faults = await Promise.all(
        pairs.map(async ([less, more]) => {
          const [alone, other] = await Promise.all([server.read(root, less), server.read(root, more)]);
          if (alone.mediaType !== less || other.mediaType !== more) return [];
          const { mediaType } = await server.read(root, `${less};q=0.3, ${more};q=0.7`);
          return unless(mediaType === more, `${root} answers ${mediaType} where ${more} is liked better`);
        }),
      );
      return faults.flat();
    },
  },
  {
    name: 'a request without Accept, or with any type at all, is answered with RDF',
    section: '7',
    level: 'should',
    check: async (server) => {
      const { root } = await server.first();
      const [bare, any] = await Promise.all([server.ask({ url: root }), server.read(root, '*/*')]);
      const type = (bare.headers['content-type'] ?? '').split(';')[0] ?? '';
      return [
        ...unless(
          bare.status === 200 && (RDF_MEDIA_TYPES as readonly string[]).includes(type),
          `without Accept ${root} answers ${bare.status} with ${type}`,
        ),
        ...unless(any.unreadable === undefined, `${root} ${any.unreadable} for */*`),
      ];
    },
  },
  {
    name: 'JSON-LD never refers to the LDES context at w3id.org',
    section: '7',
    level: 'must',
    check: onJsonLd(({ url, contexts }) =>
      contexts.filter((one) => one.includes(LDES_CONTEXT)).map((one) => `${url} needs ${one}`),
    ),
  },
  {
    name: 'JSON-LD carries its context, or refers to one that caches may keep',
    section: '7',
    level: 'should',
    check: async (server) => {
      const { root } = await server.first();
      const { contexts, mediaType } = await server.read(root, JSON_LD);
      if (mediaType !== JSON_LD) return 'not applicable';
      const faults = await Promise.all(
        contexts.map(async (url) => {
          const { headers } = await server.ask({ url, headers: { accept: JSON_LD } });
          return unless(/max-age=[1-9]/.test(headers['cache-control'] ?? ''), `${url} may not be kept by caches`);
        }),
      );
      return faults.flat();
    },
  },
];

/** A rule about the samples as JSON-LD, where the server has that. */
function onJsonLd(faultsOf: (document: RdfDocument) => readonly string[]): Rule['check'] {
  return async (server) => {
    const samples = await server.samples();
    const documents = await Promise.all(samples.map(({ url }) => server.read(url, JSON_LD)));
    const given = documents.filter(({ mediaType }) => mediaType === JSON_LD);
    return given.length === 0 ? 'not applicable' : given.flatMap(faultsOf);
  };
}
