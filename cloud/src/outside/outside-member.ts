import type { OutsideMember, Term, Triple } from '@meetbrug/protocols/oslo';
import { iri, literal } from '@meetbrug/protocols/oslo';
import { Parser } from 'n3/lib/index.js';
import type { RdfTerm } from './rdf-quad.ts';

/** One row of the log of a stream from outside. */
export interface OutsideRow {
  ordinal: number;
  stamp_ms: number;
  iri: string;
  body: Uint8Array;
}

/** A member as it was published; blank nodes are named by its place, so that those of two members never meet on a page. */
export function toOutsideMember(row: OutsideRow, stampPredicate: string): OutsideMember {
  const parser = new Parser({ format: 'application/n-triples', blankNodePrefix: `_:m${row.ordinal}` });
  const quads = parser.parse(new TextDecoder().decode(row.body));
  const triples = quads.map(({ subject, predicate, object }) => ({
    subject: toTerm(subject) as Triple['subject'],
    predicate: iri(predicate.value),
    object: toTerm(object),
  }));
  return { kind: 'outside', iri: row.iri, triples, stampPredicate, ordinal: row.ordinal, generatedMs: row.stamp_ms };
}

/** A term of n3 as one of ours. */
export function toTerm({ termType, value, datatype, language }: RdfTerm): Term {
  if (termType === 'NamedNode') return iri(value);
  if (termType === 'BlankNode') return { kind: 'blank', label: value };
  const plain = literal(value, iri(datatype?.value ?? ''));
  return language === undefined || language === '' ? plain : { ...plain, language };
}
