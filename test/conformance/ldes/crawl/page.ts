import type { Quad, Term } from 'n3';
import { cacheDirectives } from './exchange.ts';
import { extractMember } from './extract-member.ts';
import { Graph, keyOf } from './graph.ts';
import type { RdfDocument } from './read-document.ts';
import { LDES, TREE, TYPE } from './terms.ts';

export interface Relation {
  /** Its node on the page. */
  readonly key: string;
  readonly types: readonly string[];
  readonly targets: readonly Term[];
  readonly paths: readonly Term[];
  readonly values: readonly Term[];
  readonly remaining: readonly Term[];
}

export interface Member {
  readonly term: Term;
  /** IRI, or `_:` and a label. */
  readonly key: string;
  /** The stream that the page says it is of. */
  readonly stream: string;
  readonly quads: readonly Quad[];
  readonly graph: Graph;
}

/** A document of a search tree. */
export interface Page {
  readonly url: string;
  readonly document: RdfDocument;
  /** By `Cache-Control`, the only sign that common clients go by. */
  readonly immutableByHeader: boolean;
  readonly immutableByTriple: boolean;
  readonly relations: readonly Relation[];
  readonly members: readonly Member[];
  /** Pages that it leads to, each once. */
  readonly links: readonly string[];
}

export function toPage(document: RdfDocument): Page {
  const { url, graph, exchange } = document;
  const relations = graph.objects(url, `${TREE}relation`).map((node) => readRelation(graph, keyOf(node)));
  const targets = relations.flatMap((relation) => relation.targets);
  return {
    url,
    document,
    immutableByHeader: cacheDirectives(exchange).includes('immutable'),
    immutableByTriple: graph.objects(url, `${LDES}immutable`).some(({ value }) => value === 'true' || value === '1'),
    relations,
    members: graph.with(`${TREE}member`).map(({ subject, object }) => readMember(graph, subject, object)),
    links: [...new Set(targets.filter(({ termType }) => termType === 'NamedNode').map(({ value }) => value))],
  };
}

/** Whether a reader who goes by the header or by the document need not come back. */
export function isImmutable({ immutableByHeader, immutableByTriple }: Page): boolean {
  return immutableByHeader || immutableByTriple;
}

function readRelation(graph: Graph, key: string): Relation {
  const own = (term: string) => graph.objects(key, `${TREE}${term}`);
  return {
    key,
    types: graph.objects(key, TYPE).map(({ value }) => value),
    targets: own('node'),
    paths: own('path'),
    values: own('value'),
    remaining: own('remainingItems'),
  };
}

function readMember(graph: Graph, stream: Term, term: Term): Member {
  const key = keyOf(term);
  const quads = extractMember(graph, key);
  return { term, key, stream: keyOf(stream), quads, graph: new Graph(quads) };
}
