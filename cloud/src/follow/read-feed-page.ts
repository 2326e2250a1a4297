import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type { RdfQuad, RdfTerm } from '../outside/rdf-quad.ts';
import { pageUrlOf } from './page-url.ts';
import { indexQuads, keyOf, type QuadIndex } from './quad-index.ts';
import { TERMS } from './tree-terms.ts';

/** A member as it stands on a page: its own quads and nobody else's. */
export interface FeedMember {
  readonly iri: string;
  readonly quads: readonly RdfQuad[];
}

export interface FeedPage {
  /** Addresses that its relations lead to, each once. */
  readonly children: readonly string[];
  readonly members: readonly FeedMember[];
  /** Members without an IRI: nobody could recognise them when they come again. */
  readonly nameless: number;
  /** Whether the page says of itself that it never changes again. */
  readonly immutable: boolean;
}

export interface PageReading {
  /** Addresses of the page: the one asked for and the one that answered. */
  readonly urls: readonly string[];
  /** IRI of the event stream. */
  readonly stream: string;
  /** Whether a member takes along what the page says of the IRIs that it refers to, or only of its blank nodes. */
  readonly followIris: boolean;
}

export type PageFaultCode = 'other-page' | 'other-stream' | 'bad-relation';

/**
 * Takes a page of a feed apart. A page that describes another address or another stream is refused rather than read as an
 * empty one: its members would be missing, and nobody would know.
 */
export function readFeedPage(quads: readonly RdfQuad[], reading: PageReading): Result<FeedPage, Fault<PageFaultCode>> {
  const index = indexQuads(quads, [TERMS.relation, TERMS.member, TERMS.immutable]);
  const isThisPage = (term: RdfTerm) => reading.urls.includes(pageUrlOf(term.value) ?? '');
  const own = (predicate: string) => index.withPredicate(predicate).filter(({ subject }) => isThisPage(subject));
  const relations = own(TERMS.relation);
  const [foreign] = index.withPredicate(TERMS.relation);
  if (relations.length === 0 && foreign !== undefined) {
    return fail('other-page', `${reading.urls[0]}: describes ${foreign.subject.value} instead of itself`);
  }
  const children = new Set<string>();
  for (const { object } of relations) {
    const [node] = index.objects(object, TERMS.node);
    const url = node && pageUrlOf(node.value);
    if (url === undefined) {
      return fail(
        'bad-relation',
        `${reading.urls[0]}: a relation leads to no address: ${node?.value ?? 'tree:node is missing'}`,
      );
    }
    children.add(url);
  }
  const all = index.withPredicate(TERMS.member);
  const ofStream = all.filter(({ subject }) => subject.value === reading.stream);
  const [other] = all;
  if (ofStream.length === 0 && other !== undefined) {
    return fail(
      'other-stream',
      `${reading.urls[0]}: its members are of ${other.subject.value}, not of ${reading.stream}`,
    );
  }
  const named = new Map(
    ofStream.flatMap(({ object }) => (object.termType === 'NamedNode' ? [[object.value, object]] : [])),
  );
  const nameless = ofStream.filter(({ object }) => object.termType !== 'NamedNode').length;
  const members = [...named.values()].map((member) => ({
    iri: member.value,
    quads: quadsOf(index, member, reading, named),
  }));
  const immutable = own(TERMS.immutable).some(({ object }) => object.value === 'true' || object.value === '1');
  return ok({ children: [...children], members, nameless, immutable });
}

/**
 * The quads of a member (LDES 1.0): those about it, those in the graph of its name, and the same for each blank node that
 * they lead to; with `followIris` also for IRIs that are neither another member nor a part of the feed.
 */
function quadsOf(
  index: QuadIndex,
  member: RdfTerm,
  { urls, stream, followIris }: PageReading,
  members: ReadonlyMap<string, RdfTerm>,
): RdfQuad[] {
  const found: RdfQuad[] = [];
  const seen = new Set([keyOf(member), ...(followIris ? [stream, ...urls, ...members.keys()] : [])]);
  const open: RdfTerm[] = [member];
  for (let focus = open.pop(); focus !== undefined; focus = open.pop()) {
    for (const quad of [...index.about(focus), ...index.inGraph(focus)]) {
      found.push(quad);
      const { object } = quad;
      const leadsOn = object.termType === 'BlankNode' || (followIris && object.termType === 'NamedNode');
      if (!leadsOn || seen.has(keyOf(object))) continue;
      seen.add(keyOf(object));
      open.push(object);
    }
  }
  return found;
}
