import { DataFactory, type Quad, type Quad_Object, Store } from 'n3';

const { blankNode, literal, namedNode, quad } = DataFactory;

/** A graph that differs from a good one in one triple. */
export interface Mutation {
  readonly kind: 'remove' | 'duplicate' | 'retype';
  /** The predicate of the triple, and what it became. */
  readonly what: string;
  /** The predicate alone, shortened to its last part. */
  readonly predicate: string;
  readonly quads: Quad[];
}

const XSD = 'http://www.w3.org/2001/XMLSchema#';

/** Every removal of one triple, addition of one with another value, and change of a value's kind. */
export function mutations(quads: readonly Quad[]): Mutation[] {
  return quads.flatMap((original, index) => {
    const others = quads.filter((_, at) => at !== index);
    const predicate = original.predicate.value.replace(/^.*[#/]/, '');
    const withObject = (object: Quad_Object) => quad(original.subject, original.predicate, object);
    const make = (kind: Mutation['kind'], detail: string, changed: Quad[]): Mutation => ({
      kind,
      what: `${kind} ${predicate} ${detail}`.trim(),
      predicate,
      quads: changed,
    });
    return [
      make('remove', '', others),
      ...otherValues(original.object, quads).map(([detail, object, extra]) =>
        make('duplicate', detail, [...quads, withObject(object), ...extra]),
      ),
      ...otherKinds(original.object).map(([detail, object]) => make('retype', detail, [...others, withObject(object)])),
    ];
  });
}

function otherValues(object: Quad_Object, quads: readonly Quad[]): [string, Quad_Object, Quad[]][] {
  switch (object.termType) {
    case 'NamedNode':
      return [['with another IRI', namedNode(object.value.replace(/(?=[^/#]*$)/, 'x')), []]];
    case 'Literal':
      return [['with another text', literal(otherText(object.value), object.language || object.datatype), []]];
    case 'BlankNode': {
      const copy = copyOf(object.value, new Store([...quads]));
      return [
        ['with a node that says nothing', blankNode('new'), []],
        ['with a copy of the node', blankNode(`copy-${object.value}`), copy],
      ];
    }
    default:
      throw new Error(`no member has a ${object.termType}`);
  }
}

/** The nearest text of the same kind: the last digit changes, or a letter is added. */
function otherText(text: string): string {
  if (text === 'true') return 'false';
  const changed = text.replace(/[0-9](?=[^0-9]*$)/, (digit) => String((Number(digit) + 1) % 10));
  return changed === text ? `${text}x` : changed;
}

function copyOf(label: string, graph: Store): Quad[] {
  return graph.getQuads(blankNode(label), null, null, null).flatMap(({ predicate, object }) => {
    const copied = object.termType === 'BlankNode' ? blankNode(`copy-${object.value}`) : object;
    const deeper = object.termType === 'BlankNode' ? copyOf(object.value, graph) : [];
    return [quad(blankNode(`copy-${label}`), predicate, copied), ...deeper];
  });
}

function otherKinds(object: Quad_Object): [string, Quad_Object][] {
  const { value } = object;
  switch (object.termType) {
    case 'NamedNode':
      return [
        ['to a string', literal(value)],
        ['to a blank node', blankNode('new')],
      ];
    case 'BlankNode':
      return [
        ['to an IRI', namedNode('https://example.org/else')],
        ['to a string', literal('else')],
      ];
    case 'Literal': {
      const datatypes = ['string', 'integer', 'decimal', 'dateTime'].map((name) => XSD + name);
      const others = datatypes.filter((datatype) => datatype !== object.datatype.value || object.language !== '');
      return [
        ...others.map((datatype): [string, Quad_Object] => [`to ${datatype}`, literal(value, namedNode(datatype))]),
        ['to an IRI', namedNode('https://example.org/else')],
        ['to a blank node', blankNode('new')],
      ];
    }
    default:
      throw new Error(`no member has a ${object.termType}`);
  }
}
