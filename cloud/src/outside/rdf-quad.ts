/** A term as parsers of RDF give it: the part of RDF/JS that is read here. */
export interface RdfTerm {
  /** `NamedNode`, `BlankNode`, `Literal`, `DefaultGraph`; anything else is refused. */
  readonly termType: string;
  readonly value: string;
  /** Of a literal. */
  readonly datatype?: { readonly value: string };
  /** Of a literal; empty for none. */
  readonly language?: string;
  /** Base direction of RDF 1.2, which is refused; empty for none. */
  readonly direction?: string | null;
}

export interface RdfQuad {
  readonly subject: RdfTerm;
  readonly predicate: RdfTerm;
  readonly object: RdfTerm;
  readonly graph: RdfTerm;
}
