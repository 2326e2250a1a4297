import { keyOf } from '../crawl/graph.ts';
import { TREE } from '../crawl/terms.ts';
import { judgeEach, membersOf, onPages, type Rule, readablePages, unless, type Verdict } from '../rule.ts';
import { leadsElsewhere } from './caching-rules.ts';
import { rootGraph, streamPath } from './stream-facts.ts';

const MEMBERS_MAX = 1_000;

/** Other ways to write the URL of a page. */
const RESPELLINGS: readonly { readonly what: string; readonly respell: (url: URL) => string }[] = [
  { what: 'a slash behind', respell: (url) => `${url.origin}${url.pathname}/${url.search}` },
  { what: 'an unknown parameter', respell: (url) => `${url.href}${url.search === '' ? '?' : '&'}no-such-parameter=1` },
  {
    what: 'a doubled slash',
    respell: (url) => `${url.origin}${url.pathname.replace(/\/(?=[^/]*$)/, '//')}${url.search}`,
  },
  { what: 'a percent-encoded letter', respell: (url) => `${url.origin}${encodeLastLetter(url.pathname)}${url.search}` },
];

const FORGED: readonly Readonly<Record<string, string>>[] = [
  { host: 'evil.example' },
  { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'gopher', 'x-forwarded-prefix': '/evil' },
  { forwarded: 'host=evil.example;proto=gopher' },
];

function encodeLastLetter(path: string): string {
  return path.replace(/[a-z](?=[^a-z]*$)/i, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
}

/** Section 17: what clients need beyond the text of the specifications. */
export const CHECKLIST_RULES: readonly Rule[] = [
  {
    name: 'the relations of a page are those of the URL that it answered at',
    section: '17.1',
    level: 'must',
    check: onPages(({ url, document }) =>
      document.graph
        .with(`${TREE}relation`)
        .filter(({ subject }) => keyOf(subject) !== url)
        .map(({ subject }) => `${url} has a relation of ${keyOf(subject)}`),
    ),
  },
  {
    name: 'every page says something of the URL that it answered at',
    section: '17.1',
    level: 'must',
    check: onPages(({ url, document }) =>
      unless(document.graph.about(url).length > 0, `${url} says nothing of itself`),
    ),
  },
  {
    name: 'no document has more than one tree:view',
    section: '17.1',
    level: 'should',
    check: async (server) => {
      const visit = await server.first();
      const documents = [visit.streamDocument, ...readablePages(visit).map(({ document }) => document)];
      return judgeEach(new Set(documents), ({ graph, url }) => {
        const count = graph.with(`${TREE}view`).length;
        return unless(count <= 1, `${url} has ${count} of them`);
      });
    },
  },
  {
    name: 'every tree:member is of the one stream',
    section: '17.1',
    level: 'must',
    check: async (server) => {
      const visit = await server.first();
      return judgeEach(membersOf(visit), ({ member, page }) =>
        unless(member.stream === visit.stream, `${page.url} has members of ${member.stream}`),
      );
    },
  },
  {
    name: 'another spelling of the URL of a page is redirected or refused, never answered with the page',
    section: '17.1',
    level: 'should',
    check: async (server): Promise<Verdict> => {
      const samples = await server.samples();
      const asked = samples.flatMap((page) =>
        RESPELLINGS.map(async ({ what, respell }) => {
          const url = respell(new URL(page.url));
          const answered = await server.ask({ url, headers: { accept: page.document.mediaType } });
          const location = answered.headers.location;
          const target = location === undefined ? page.url : new URL(location, url).href;
          return [
            ...unless(leadsElsewhere(answered), `${page.url} answers ${answered.status} with ${what}`),
            ...unless(target === page.url, `${page.url} with ${what} leads to ${target}`),
          ];
        }),
      );
      return (await Promise.all(asked)).flat();
    },
  },
  {
    name: 'what a request says of host and proxy does not change what a page says',
    section: '17.1',
    level: 'should',
    check: async (server) => {
      const samples = await server.samples();
      const asked = samples.flatMap(({ url, document }) =>
        FORGED.map(async (forged) => {
          const { status, wire } = await server.ask({ url, headers: { accept: document.mediaType, ...forged } });
          return unless(
            status !== 200 || !/evil|gopher/.test(wire.toString('latin1')),
            `${url} repeats ${Object.keys(forged)}`,
          );
        }),
      );
      return (await Promise.all(asked)).flat();
    },
  },
  {
    name: 'the root node has a tree:viewDescription',
    section: '17.4',
    level: 'should',
    check: async (server) => {
      const visit = await server.first();
      return unless(
        rootGraph(visit).objects(visit.root, `${TREE}viewDescription`).length > 0,
        `${visit.root} does not say what sort of view it is`,
      );
    },
  },
  {
    name: 'ldes:timestampPath and ldes:versionOfPath are there, as plain IRIs',
    section: '17.5',
    level: 'should',
    check: async (server) => {
      const visit = await server.first();
      return ['timestampPath', 'versionOfPath'].flatMap((term) => {
        const paths = rootGraph(visit).objects(visit.stream, `https://w3id.org/ldes#${term}`);
        const isPlain = paths.length > 0 && paths.every(({ termType }) => termType === 'NamedNode');
        return unless(isPlain, `${visit.root} has no plain ldes:${term}`);
      });
    },
  },
  {
    name: 'a page has a few hundred members, a thousand at most',
    section: '17.6',
    level: 'should',
    check: onPages(({ members, url }) => unless(members.length <= MEMBERS_MAX, `${url} has ${members.length}`)),
  },
  {
    name: 'every link that a page publishes answers with a page',
    section: '17.7',
    level: 'must',
    check: async (server) => {
      const { pages } = await server.first();
      return judgeEach(pages.values(), ({ url, document }) =>
        unless(document.unreadable === undefined, `${document.askedUrl} leads to ${url}, which ${document.unreadable}`),
      );
    },
  },
  {
    name: 'a page that compares by another path than the timestamp says something of that path, and nothing of the timestamp',
    section: '12.14',
    level: 'should',
    check: onPages(({ relations, document: { graph }, url }, visit) => {
      const timestamp = streamPath(visit, 'timestampPath')?.join() ?? '';
      const paths = new Set(relations.flatMap((relation) => relation.paths.map(keyOf)));
      const others = [...paths].filter((path) => path !== timestamp);
      return [
        ...others.flatMap((path) => unless(graph.about(path).length > 0, `${url} says nothing of ${path}`)),
        ...unless(graph.about(timestamp).length === 0, `${url} says something of ${timestamp}`),
      ];
    }),
  },
];
