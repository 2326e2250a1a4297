import { rdf } from './terms.ts';
import type { Blank, Iri, Literal, Term, Triple } from './triple.ts';

/** A node as a reader of the feed has it: what is said of it, its blank nodes in place. */
export interface PublishedNode {
  readonly kind: 'node';
  /** Absent for a blank node. */
  readonly iri?: string;
  readonly types: readonly PublishedTerm[];
  /** Values by predicate IRI, each once; `rdf:type` is apart. */
  readonly values: Readonly<Record<string, readonly PublishedTerm[]>>;
}

export type PublishedTerm = Iri | Literal | PublishedNode;

/** Deeper than anything we publish: a blank node below it is taken for one that says nothing. */
const DEPTH_MAX = 8;

/**
 * Gathers a subject and what it reaches through blank nodes. What is said of other IRIs is not looked at. The depth is
 * bounded, so that blank nodes in a circle, which we never write, come to an end.
 */
export function readPublishedNode(triples: readonly Triple[], subject: Iri | Blank): PublishedNode {
  const bySubject = Map.groupBy(triples, (triple) => termKey(triple.subject));

  function read(of: Iri | Blank, depth: number): PublishedNode {
    const said = depth > DEPTH_MAX ? [] : (bySubject.get(termKey(of)) ?? []);
    const each = [...new Map(said.map((triple) => [tripleKey(triple), triple])).values()];
    const byPredicate = Map.groupBy(each, ({ predicate }) => predicate.value);
    const values = [...byPredicate].map(([predicate, found]) => {
      const terms = found.map(({ object }) => (object.kind === 'blank' ? read(object, depth + 1) : object));
      return [predicate, terms] as const;
    });
    const { [rdf.type.value]: types = [], ...others } = Object.fromEntries(values);
    return { kind: 'node', ...(of.kind === 'iri' ? { iri: of.value } : {}), types, values: others };
  }

  return read(subject, 0);
}

function termKey(term: Term): string {
  switch (term.kind) {
    case 'iri':
      return `<${term.value}>`;
    case 'blank':
      return `_:${term.label}`;
    case 'literal':
      return JSON.stringify([term.value, term.datatype.value, term.language ?? null]);
  }
}

function tripleKey({ predicate, object }: Triple): string {
  return `${predicate.value} ${termKey(object)}`;
}
