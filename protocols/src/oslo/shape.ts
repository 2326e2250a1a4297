import type { Text } from '../properties/mod.ts';
import type { Iri } from './triple.ts';

/**
 * What a published node must look like. SHACL documents and zod schemas are both made from it, so that what the one
 * refuses the other refuses. Shapes are open: a predicate that is not named here may be there.
 */
export interface NodeShape {
  /** Local name of the IRI that the shape is published under; only shapes that others refer to have one. */
  readonly name?: string;
  readonly label?: Text;
  /** Which nodes of a document the shape is for, where it is published. */
  readonly targets?: { readonly classes?: readonly Iri[]; readonly subjectsOf?: readonly Iri[] };
  /** What the IRI of the node must match; absent: any IRI or blank node. */
  readonly iriPattern?: string;
  readonly types: TypesShape;
  readonly properties: readonly PropertyShape[];
  /** Shapes that the node must conform to as well. */
  readonly conformsTo?: readonly NodeShape[];
  /** The node must conform to at least one of them. */
  readonly oneOf?: readonly NodeShape[];
}

export interface TypesShape {
  /** Classes that the node must have. */
  readonly required: readonly Iri[];
  /** Classes that it may have; with `required` they are all that it may have. Absent: any other. */
  readonly allowed?: readonly Iri[];
}

export interface PropertyShape {
  readonly path: Iri;
  readonly min: number;
  /** Absent: any number. */
  readonly max?: number;
  readonly value: ValueShape;
  /** Has the same values as this other property of the node. */
  readonly equals?: Iri;
}

export type ValueShape =
  /**
   * An IRI that matches the pattern and is among those listed, where there are such. What it names conforms to `shape`:
   * only SHACL looks at that, for it has the whole document.
   */
  | { readonly kind: 'iri'; readonly pattern?: string; readonly among?: readonly Iri[]; readonly shape?: NodeShape }
  /** A literal of the datatype whose text matches the pattern. */
  | { readonly kind: 'literal'; readonly datatype: Iri; readonly pattern: string }
  /** A blank node. */
  | { readonly kind: 'node'; readonly shape: NodeShape };

/** Exactly one value. */
export function one(path: Iri, value: ValueShape, equals?: Iri): PropertyShape {
  return { path, min: 1, max: 1, value, ...(equals === undefined ? {} : { equals }) };
}

/** At most one value. */
export function atMostOne(path: Iri, value: ValueShape): PropertyShape {
  return { path, min: 0, max: 1, value };
}

/** No value: what another alternative has instead. */
export function none(path: Iri): PropertyShape {
  return { path, min: 0, max: 0, value: { kind: 'iri' } };
}

/** A text as a regular expression that only it matches, inside a longer pattern. */
export function patternOf(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
