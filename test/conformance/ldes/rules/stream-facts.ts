import type { Term } from 'n3';
import type { Graph } from '../crawl/graph.ts';
import { LDES } from '../crawl/terms.ts';
import type { Visit } from '../crawl/visit.ts';

/** The document of the root node: the mandatory place for what is said of the stream. */
export function rootGraph({ pages, root, answeredAt, streamDocument }: Visit): Graph {
  return pages.get(answeredAt.get(root) ?? root)?.document.graph ?? streamDocument.graph;
}

/** What the root says of the stream with one of the terms of LDES. */
export function saidOfStream(visit: Visit, term: string): Term[] {
  return rootGraph(visit).objects(visit.stream, `${LDES}${term}`);
}

/** The predicates of a path of the stream; undefined when it has none or it cannot be followed. */
export function streamPath(visit: Visit, term: string): string[] | undefined {
  const [path] = saidOfStream(visit, term);
  return path === undefined ? undefined : rootGraph(visit).path(path);
}
