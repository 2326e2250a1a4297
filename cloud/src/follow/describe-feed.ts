import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type { RdfQuad, RdfTerm } from '../outside/rdf-quad.ts';
import { pageUrlOf } from './page-url.ts';
import { indexQuads, type QuadIndex } from './quad-index.ts';
import { TERMS } from './tree-terms.ts';

/** What a feed says of itself on its root node. */
export interface FeedDescription {
  /** IRI of the event stream: the subject of `tree:member`. */
  readonly stream: string;
  /** URL of the root node. */
  readonly rootUrl: string;
  /** Whether members are versions of something: false for a feed of state objects. */
  readonly hasVersions: boolean;
  /** Predicate that leads to what a member is a version of; undefined where the path is more than one predicate. */
  readonly versionOfPath?: string;
  readonly timestampPath?: string;
  /** Seconds between two looks that the publisher advises. */
  readonly pollingSeconds?: number;
}

export type DescribeFaultCode = 'no-view' | 'several-views';

/**
 * Finds stream and root node in a document (LDES 1.0: entry points). The address may be that of the stream, of a root node
 * or of any page with one `tree:view`.
 *
 * @param urls addresses of the document: the one asked for and the one that answered
 */
export function describeFeed(
  quads: readonly RdfQuad[],
  urls: readonly string[],
): Result<FeedDescription, Fault<DescribeFaultCode>> {
  const index = indexQuads(quads, [TERMS.view]);
  const views = index.withPredicate(TERMS.view);
  const isAsked = (term: RdfTerm) => term.termType === 'NamedNode' && urls.includes(pageUrlOf(term.value) ?? '');
  const candidates = [
    views.filter(({ object }) => isAsked(object)),
    views.filter(({ subject }) => isAsked(subject)),
    views,
  ];
  const found = candidates.find((quads) => quads.length > 0);
  if (found === undefined) return fail('no-view', `${urls[0]}: the document has no tree:view: it is no feed`);
  const [view] = found;
  const distinct = new Set(found.map(({ subject, object }) => `${subject.value} ${object.value}`));
  const rootUrl = view === undefined ? undefined : pageUrlOf(view.object.value);
  if (view === undefined || rootUrl === undefined) {
    return fail('no-view', `${urls[0]}: its tree:view is no address: ${view?.object.value}`);
  }
  if (distinct.size > 1) {
    const roots = found.map(({ object }) => object.value).slice(0, NAMED_MAX);
    return fail('several-views', `${urls[0]}: has several views: follow one of ${roots.join(', ')}`);
  }
  return ok({ stream: view.subject.value, rootUrl, ...propertiesOf(index, view.subject) });
}

/** How many views a message names. */
const NAMED_MAX = 10;

function propertiesOf(index: QuadIndex, stream: RdfTerm): Omit<FeedDescription, 'stream' | 'rootUrl'> {
  const [versionOf] = index.objects(stream, TERMS.versionOfPath);
  const versionOfPath = versionOf && predicateOf(index, versionOf);
  const [timestamp] = index.objects(stream, TERMS.timestampPath);
  const timestampPath = timestamp && predicateOf(index, timestamp);
  const pollingSeconds = Number(index.objects(stream, TERMS.pollingInterval)[0]?.value);
  return {
    hasVersions: versionOf !== undefined,
    ...(versionOfPath === undefined ? {} : { versionOfPath }),
    ...(timestampPath === undefined ? {} : { timestampPath }),
    ...(pollingSeconds > 0 ? { pollingSeconds } : {}),
  };
}

/** The predicate that a path is: an IRI, or a list of one. */
function predicateOf(index: QuadIndex, path: RdfTerm): string | undefined {
  if (path.termType === 'NamedNode') return path.value;
  const [first] = index.objects(path, TERMS.first);
  const [rest] = index.objects(path, TERMS.rest);
  return first?.termType === 'NamedNode' && rest?.value === TERMS.nil ? first.value : undefined;
}
