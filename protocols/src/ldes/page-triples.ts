import { boolean, dct, ldes, rdf, tree } from '../oslo/terms.ts';
import { type Iri, type Triple, triplesOf } from '../oslo/triple.ts';
import type { PageDocument } from './page-document.ts';
import { relationTriples } from './relation-triples.ts';
import { nodeIri, streamContextTriples, streamIri, streamPaths } from './stream-context.ts';

/** The hypermedia of a node: itself, its relations, and of its stream what a reader needs to know there. */
export function pageTriples(publicBaseUrl: string, page: PageDocument): Triple[] {
  const { stream, view } = page;
  const subject = nodeIri(publicBaseUrl, page);
  const relations = page.children.map(({ path, relations }, index) => {
    const target = nodeIri(publicBaseUrl, { stream, view, path });
    return relationTriples(publicBaseUrl, stream, `r${index}`, target, relations);
  });
  const isRoot = page.path === '';
  const inStream = streamIri(publicBaseUrl, stream);
  return [
    ...triplesOf(subject, [
      [rdf.type, tree.Node],
      ...(isRoot ? [] : ([[dct.isPartOf, inStream]] as const)),
      ...(page.immutable ? ([[ldes.immutable, boolean(true)]] as const) : []),
      ...relations.flatMap(({ nodes }) => nodes.map((node) => [tree.relation, node] as const)),
    ]),
    ...relations.flatMap(({ triples }) => triples),
    ...otherPredicates(
      streamPaths(stream).timestamp,
      relations.flatMap(({ predicates }) => predicates),
    ),
    ...(isRoot ? streamContextTriples(publicBaseUrl, page) : triplesOf(inStream, [[rdf.type, ldes.EventStream]])),
  ];
}

/**
 * One triple about each compared predicate but the timestamp path. ldes-client 0.3.0 tells paths apart by what the page
 * says of them: without it, any two count as the same, and it leaves out members by comparing the wrong time.
 */
function otherPredicates(timestamp: Iri, predicates: readonly Iri[]): Triple[] {
  const others = new Map(predicates.map((predicate) => [predicate.value, predicate]));
  others.delete(timestamp.value);
  return [...others.values()].flatMap((predicate) => triplesOf(predicate, [[rdf.type, rdf.Property]]));
}
