import type { Quad } from 'n3';
import { keyOf } from '../crawl/graph.ts';
import { type Page, toPage } from '../crawl/page.ts';
import type { RdfDocument } from '../crawl/read-document.ts';
import { TREE, TREE_PROFILE } from '../crawl/terms.ts';
import { type Rule, unless } from '../rule.ts';
import type { ServerUnderTest } from '../server-under-test.ts';
import { streamPath } from './stream-facts.ts';

const PROFILED = ['application/n-quads', 'application/n-triples', 'application/trig', 'text/turtle'] as const;

function announces({ exchange, url }: RdfDocument): boolean {
  return (exchange.headers['content-type'] ?? '').includes(TREE_PROFILE) || /\.tree\.(?:nq|nt|ttl|trig)$/.test(url);
}

async function profiledSamples(server: ServerUnderTest): Promise<RdfDocument[]> {
  const samples = await server.samples();
  const asked = samples.flatMap(({ url }) =>
    PROFILED.map((type) => server.read(url, `${type};profile="${TREE_PROFILE}"`)),
  );
  return (await Promise.all(asked)).filter(({ unreadable }) => unreadable === undefined);
}

/** Section 9: documents in an order that can be read while they arrive. */
export const PROFILE_RULES: readonly Rule[] = [
  {
    name: 'the TREE profile is announced to a reader who asks for it',
    section: '9',
    level: 'should',
    check: async (server) =>
      (await profiledSamples(server)).flatMap((document) =>
        unless(announces(document), `${document.url} comes as ${document.exchange.headers['content-type']}`),
      ),
  },
  {
    name: 'a document with the TREE profile has each member in one block, behind its tree:member',
    section: '9',
    level: 'should',
    check: onProfiled((document) => disorderIn(document)),
  },
  {
    name: 'a document with the TREE profile has its hypermedia first',
    section: '9',
    level: 'should',
    check: onProfiled(({ url, graph, mediaType }) => {
      const firstMember = graph.quads.findIndex(({ predicate }) => predicate.value === `${TREE}member`);
      const late = graph.quads.findIndex((quad, index) => index > firstMember && opensHypermedia(quad, url));
      return unless(firstMember === -1 || late === -1, `${url} as ${mediaType} has hypermedia behind a member`);
    }),
  },
  {
    name: 'the members of a document with the TREE profile are in the order of their timestamps',
    section: '9',
    level: 'should',
    check: async (server) => {
      const path = streamPath(await server.first(), 'timestampPath');
      const documents = (await profiledSamples(server)).filter(announces);
      if (path === undefined || documents.length === 0) return 'not applicable';
      return documents.flatMap((document) => {
        const stamps = toPage(document).members.map(({ graph, key }) =>
          Date.parse(graph.follow(key, path)[0]?.value ?? ''),
        );
        return unless(
          stamps.every((stamp, index) => index === 0 || stamp >= (stamps[index - 1] ?? 0)),
          `${document.url} as ${document.mediaType} has a member before an older one`,
        );
      });
    },
  },
];

function onProfiled(faultsOf: (document: RdfDocument) => readonly string[]): Rule['check'] {
  return async (server) => {
    const documents = (await profiledSamples(server)).filter(announces);
    return documents.length === 0 ? 'not applicable' : documents.flatMap(faultsOf);
  };
}

/** A statement about the page, or one with tree:view, is hypermedia again. */
function opensHypermedia({ subject, predicate }: Quad, url: string): boolean {
  return predicate.value === `${TREE}view` || subject.value === url;
}

/** Statements of a member that stand outside the block that its tree:member opens. */
function disorderIn(document: RdfDocument): string[] {
  const page: Page = toPage(document);
  const owners = new Map(page.members.flatMap(({ key, quads }) => quads.map((quad) => [quad, key] as const)));
  let block: string | undefined;
  return document.graph.quads.flatMap((quad) => {
    if (quad.predicate.value === `${TREE}member`) block = keyOf(quad.object);
    else if (opensHypermedia(quad, document.url)) block = undefined;
    const owner = owners.get(quad);
    return unless(
      owner === undefined || owner === block,
      `${owner} is scattered on ${document.url} as ${document.mediaType}`,
    );
  });
}
