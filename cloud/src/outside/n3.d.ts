/** The part of n3 that is used here: it brings no types of its own. */
declare module 'n3/lib/index.js' {
  type Quad = import('./rdf-quad.ts').RdfQuad;
  type Term = import('./rdf-quad.ts').RdfTerm;

  export interface ParserOptions {
    readonly format?: string;
    readonly baseIRI?: string;
    /** Begins the label of every blank node. */
    readonly blankNodePrefix?: string;
    readonly factory?: QuadFactory;
  }

  export interface QuadFactory {
    namedNode(iri: string): Term;
    quad(subject: Term, predicate: Term, object: Term, graph?: Term): Quad;
  }

  export class Parser {
    constructor(options?: ParserOptions);
    /** Throws where the text is not of the format. */
    parse(text: string): Quad[];
  }

  /** A dataset in memory, as RDF/JS asks of one. */
  export class Store {
    constructor(quads: readonly Quad[]);
  }

  export const DataFactory: QuadFactory;
}
