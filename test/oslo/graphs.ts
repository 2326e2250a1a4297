import { writeDocument } from '@meetbrug/protocols/ldes';
import { blank, iri, literal, type NodeShape, rdf, shapeTriples, type Triple } from '@meetbrug/protocols/oslo';
import { Parser, type Quad, Store, type Term } from 'n3';
import Validator from 'rdf-validate-shacl';
import { BASE_URL } from './golden-members.ts';

/** Triples of ours as an independent parser reads what is written of them. */
export function quadsOf(triples: readonly Triple[]): Quad[] {
  return new Parser({ format: 'application/n-quads' }).parse(writeDocument('nquads', triples));
}

/** The inverse of {@link quadsOf}, for what was changed in between. */
export function triplesOfQuads(quads: readonly Quad[]): Triple[] {
  return quads.map(({ subject, predicate, object }) => ({
    subject: subject.termType === 'BlankNode' ? blank(subject.value) : iri(subject.value),
    predicate: iri(predicate.value),
    object: termOf(object),
  }));
}

function termOf(term: Term): Triple['object'] {
  if (term.termType === 'BlankNode') return blank(term.value);
  if (term.termType !== 'Literal') return iri(term.value);
  const plain = literal(term.value, iri(term.datatype.value));
  return term.datatype.value === rdf.langString.value ? { ...plain, language: term.language } : plain;
}

/** A SHACL validator of documents: the published shapes as they are served. */
export function documentValidator(...shapes: readonly NodeShape[]): Validator {
  return new Validator(new Store(shapes.flatMap((shape) => quadsOf(shapeTriples(BASE_URL, shape)))));
}

const TARGET_NODE = 'http://www.w3.org/ns/shacl#targetNode';

/** A SHACL validator of one node, whatever the node says of itself. */
export function nodeValidator(subject: string, ...shapes: readonly NodeShape[]): (quads: Quad[]) => Promise<boolean> {
  const targets = shapes.flatMap(({ name }) => {
    const target = { subject: iri(`${BASE_URL}/id/shape/${name}`), predicate: iri(TARGET_NODE), object: iri(subject) };
    return quadsOf([target]);
  });
  const documents = shapes.flatMap((shape) => quadsOf(shapeTriples(BASE_URL, shape)));
  const validator = new Validator(new Store([...documents, ...targets]));
  return async (quads) => (await validator.validate(new Store(quads))).conforms;
}
