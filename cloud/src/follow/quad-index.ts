import type { RdfQuad, RdfTerm } from '../outside/rdf-quad.ts';

/** The quads of one document, by what a reader of feeds looks them up. */
export interface QuadIndex {
  /** In the default graph. */
  about(subject: RdfTerm): readonly RdfQuad[];
  /** In the graph of that name, whatever they are about. */
  inGraph(name: RdfTerm): readonly RdfQuad[];
  objects(subject: RdfTerm, predicate: string): readonly RdfTerm[];
  /** In the default graph, with that predicate. */
  withPredicate(predicate: string): readonly RdfQuad[];
}

const NONE: readonly RdfQuad[] = [];

/** @param predicates which ones {@link QuadIndex.withPredicate} will be asked for */
export function indexQuads(quads: readonly RdfQuad[], predicates: readonly string[]): QuadIndex {
  const bySubject = new Map<string, RdfQuad[]>();
  const byGraph = new Map<string, RdfQuad[]>();
  const byPredicate = new Map<string, RdfQuad[]>(predicates.map((predicate) => [predicate, []]));
  for (const quad of quads) {
    if (quad.graph.termType !== 'DefaultGraph') {
      append(byGraph, keyOf(quad.graph), quad);
      continue;
    }
    append(bySubject, keyOf(quad.subject), quad);
    byPredicate.get(quad.predicate.value)?.push(quad);
  }
  const about = (subject: RdfTerm) => bySubject.get(keyOf(subject)) ?? NONE;
  return {
    about,
    inGraph: (name) => byGraph.get(keyOf(name)) ?? NONE,
    objects: (subject, predicate) =>
      about(subject).flatMap((quad) => (quad.predicate.value === predicate ? [quad.object] : [])),
    withPredicate: (predicate) => byPredicate.get(predicate) ?? NONE,
  };
}

/** A blank node and an IRI of the same spelling are two. */
export function keyOf({ termType, value }: RdfTerm): string {
  return termType === 'BlankNode' ? `_:${value}` : value;
}

function append(map: Map<string, RdfQuad[]>, key: string, quad: RdfQuad): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [quad]);
  else known.push(quad);
}
