import type { Quad } from 'n3';
import { type Graph, keyOf } from './graph.ts';

/**
 * The quads of a member by LDES 1.0: those about it in the default graph and those in the graph that it names, and the
 * same for each blank node that they lead to. IRIs are not followed.
 */
export function extractMember(graph: Graph, iri: string): Quad[] {
  const quads: Quad[] = [];
  const seen = new Set([iri]);
  const waiting = [iri];
  for (let focus = waiting.pop(); focus !== undefined; focus = waiting.pop()) {
    for (const quad of [...graph.about(focus), ...graph.inGraph(focus)]) {
      quads.push(quad);
      const object = keyOf(quad.object);
      if (quad.object.termType !== 'BlankNode' || seen.has(object)) continue;
      seen.add(object);
      waiting.push(object);
    }
  }
  return quads;
}
