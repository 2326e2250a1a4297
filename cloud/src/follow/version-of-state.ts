import type { RdfQuad, RdfTerm } from '../outside/rdf-quad.ts';
import type { FeedMember } from './read-feed-page.ts';

/**
 * The version that a state object becomes: the same statements about another subject, and what it is a version of.
 *
 * @param mark tells this state from the others of the same thing: its time, or a digest of what it says
 * @param versionOf IRI of the predicate that says what it is a version of
 */
export function versionOfState({ iri, quads }: FeedMember, mark: string, versionOf: string): FeedMember {
  // An IRI has one "#" at most.
  const versionIri = `${iri}${iri.includes('#') ? '/' : '#'}${encodeURI(mark).replaceAll('#', '%23')}`;
  const version = namedNode(versionIri);
  const renamed = quads.map((quad) =>
    quad.subject.termType === 'NamedNode' && quad.subject.value === iri
      ? { subject: version, predicate: quad.predicate, object: quad.object, graph: quad.graph }
      : quad,
  );
  const statement = { subject: version, predicate: namedNode(versionOf), object: namedNode(iri), graph: DEFAULT_GRAPH };
  return { iri: versionIri, quads: [...renamed, statement] };
}

/** When a state was, as its feed says it: what stands under the path, each value once. */
export function timesOfState({ iri, quads }: FeedMember, timestampPath: string | undefined): string[] {
  const times = quads.filter(
    ({ subject, predicate, object }) =>
      subject.value === iri &&
      subject.termType === 'NamedNode' &&
      predicate.value === timestampPath &&
      object.termType === 'Literal',
  );
  return [...new Set(times.map(({ object }) => object.value))];
}

const DEFAULT_GRAPH: RdfTerm = { termType: 'DefaultGraph', value: '' };

function namedNode(value: string): RdfTerm & RdfQuad['subject'] {
  return { termType: 'NamedNode', value };
}
