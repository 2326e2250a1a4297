/** A tiny RDF model: what we publish needs no named graphs and no shared blank nodes; a list is blank nodes. */
export interface Iri {
  readonly kind: 'iri';
  readonly value: string;
}

export interface Blank {
  readonly kind: 'blank';
  /** Unique within one document: letters and digits. */
  readonly label: string;
}

export interface Literal {
  readonly kind: 'literal';
  /** The lexical form. */
  readonly value: string;
  readonly datatype: Iri;
  /** Only with the datatype rdf:langString. */
  readonly language?: string;
}

export type Term = Iri | Blank | Literal;

export interface Triple {
  readonly subject: Iri | Blank;
  readonly predicate: Iri;
  readonly object: Term;
}

/** Controls, blanks and the delimiters that the IRIREF rule of Turtle keeps out. */
const NOT_IN_IRI = /[^!-\u{10FFFF}]|["<>\\^`{|}]/gu;

/** An absolute IRI; characters that no IRI may hold are percent-encoded, so that any text gives a document that parses. */
export function iri(text: string): Iri {
  const value = text
    .toWellFormed()
    .replace(NOT_IN_IRI, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
  return { kind: 'iri', value };
}

export function blank(label: string): Blank {
  return { kind: 'blank', label };
}

/** A typed literal. Lone surrogates, which no RDF document can hold, become U+FFFD. */
export function literal(text: string, datatype: Iri): Literal {
  return { kind: 'literal', value: text.toWellFormed(), datatype };
}

/** The triples of one subject, in the order given. */
export function triplesOf(subject: Iri | Blank, properties: readonly (readonly [Iri, Term])[]): Triple[] {
  return properties.map(([predicate, object]) => ({ subject, predicate, object }));
}
