import type { Quad, Term } from 'n3';
import { RDF } from './terms.ts';

/** A node as a key: an IRI as it is, a blank node behind `_:`. */
export function keyOf({ termType, value }: Term): string {
  return termType === 'BlankNode' ? `_:${value}` : value;
}

const LIST_MAX = 100;

/** Quads by what they are about. What is asked without a graph is asked of the default graph. */
export class Graph {
  readonly quads: readonly Quad[];
  readonly #bySubject = new Map<string, Quad[]>();
  readonly #byGraph = new Map<string, Quad[]>();

  constructor(quads: readonly Quad[]) {
    this.quads = quads;
    for (const quad of quads) {
      const isDefault = quad.graph.termType === 'DefaultGraph';
      const [index, key] = isDefault ? [this.#bySubject, keyOf(quad.subject)] : [this.#byGraph, keyOf(quad.graph)];
      const known = index.get(key);
      if (known === undefined) index.set(key, [quad]);
      else known.push(quad);
    }
  }

  about(subject: string): readonly Quad[] {
    return this.#bySubject.get(subject) ?? [];
  }

  inGraph(name: string): readonly Quad[] {
    return this.#byGraph.get(name) ?? [];
  }

  /** Names of the named graphs. */
  graphs(): string[] {
    return [...this.#byGraph.keys()];
  }

  subjects(): string[] {
    return [...this.#bySubject.keys()];
  }

  objects(subject: string, predicate: string): Term[] {
    return this.about(subject)
      .filter((quad) => quad.predicate.value === predicate)
      .map(({ object }) => object);
  }

  with(predicate: string): Quad[] {
    return this.quads.filter((quad) => quad.predicate.value === predicate);
  }

  hasType(subject: string, type: string): boolean {
    return this.objects(subject, `${RDF}type`).some(({ value }) => value === type);
  }

  /** The predicates of a path: an IRI, or an rdf:List of IRIs to follow in turn. Undefined for anything else. */
  path(term: Term): string[] | undefined {
    if (term.termType === 'NamedNode' && term.value !== `${RDF}nil`) return [term.value];
    const predicates: string[] = [];
    for (let node = keyOf(term); node !== `${RDF}nil`; ) {
      const [first] = this.objects(node, `${RDF}first`);
      const [rest] = this.objects(node, `${RDF}rest`);
      if (first?.termType !== 'NamedNode' || rest === undefined || predicates.length > LIST_MAX) return undefined;
      predicates.push(first.value);
      node = keyOf(rest);
    }
    return predicates.length === 0 ? undefined : predicates;
  }

  /** What a path leads to from a node. */
  follow(from: string, path: readonly string[]): Term[] {
    let at: Term[] | undefined;
    for (const predicate of path) {
      at = (at === undefined ? [from] : at.map(keyOf)).flatMap((node) => this.objects(node, predicate));
    }
    return at ?? [];
  }
}
