import type { Term } from 'n3';
import { TREE, XSD } from '../crawl/terms.ts';
import { hasZone } from './term-checks.ts';
import { isWithin, pointOf, polygonOf } from './well-known-text.ts';

type Comparable = number | string;

const NUMERIC = new Set(
  ['integer', 'decimal', 'double', 'float', 'long', 'int', 'nonNegativeInteger', 'positiveInteger'].map(
    (name) => `${XSD}${name}`,
  ),
);

/** What a literal is compared as; undefined for what this suite does not judge, such as instants without a zone. */
function comparable(term: Term): Comparable | undefined {
  if (term.termType !== 'Literal') return undefined;
  const datatype = term.datatype.value;
  if (NUMERIC.has(datatype)) return Number(term.value);
  if (datatype === `${XSD}dateTime`) return hasZone(term) ? Date.parse(term.value) : undefined;
  return datatype === `${XSD}string` || datatype === `${XSD}date` ? term.value : undefined;
}

/** Holds for pairs of the same kind; what cannot be compared is not judged. */
function comparing(holds: (one: Comparable, other: Comparable) => boolean) {
  return (value: Term, bound: Term): boolean => {
    const [one, other] = [comparable(value), comparable(bound)];
    if (one === undefined || other === undefined || typeof one !== typeof other) return true;
    return holds(one, other);
  };
}

function isSame(value: Term, bound: Term): boolean {
  if (value.equals(bound)) return true;
  const [one, other] = [comparable(value), comparable(bound)];
  return one !== undefined && one === other;
}

function isInside(value: Term, bound: Term): boolean {
  const [point, polygon] = [pointOf(value.value), polygonOf(bound.value)];
  return point === undefined || polygon === undefined || isWithin(point, polygon);
}

/** Datatypes that a relation of the class may have as its value; `any` for a term of any kind. */
type ValueKind = readonly string[] | 'any' | 'none';

const ORDERED: ValueKind = [...NUMERIC, `${XSD}string`, `${XSD}dateTime`, `${XSD}date`];
const TEXT: ValueKind = [`${XSD}string`, 'http://www.w3.org/1999/02/22-rdf-syntax-ns#langString'];

export interface RelationClass {
  readonly value: ValueKind;
  /** Whether a value found by the path satisfies the relation. */
  readonly holds: (value: Term, bound: Term) => boolean;
}

/** Every class of relation by its IRI. */
export const RELATION_CLASSES: ReadonlyMap<string, RelationClass> = new Map(
  Object.entries<RelationClass>({
    Relation: { value: 'none', holds: () => true },
    GreaterThanRelation: { value: ORDERED, holds: comparing((one, other) => one > other) },
    GreaterThanOrEqualToRelation: { value: ORDERED, holds: comparing((one, other) => one >= other) },
    LessThanRelation: { value: ORDERED, holds: comparing((one, other) => one < other) },
    LessThanOrEqualToRelation: { value: ORDERED, holds: comparing((one, other) => one <= other) },
    EqualToRelation: { value: 'any', holds: isSame },
    NotEqualToRelation: { value: 'any', holds: (value, bound) => !isSame(value, bound) },
    PrefixRelation: { value: TEXT, holds: (value, bound) => value.value.startsWith(bound.value) },
    SubstringRelation: { value: TEXT, holds: (value, bound) => value.value.includes(bound.value) },
    SuffixRelation: { value: TEXT, holds: (value, bound) => value.value.endsWith(bound.value) },
    GeospatiallyContainsRelation: {
      value: ['http://www.opengis.net/ont/geosparql#wktLiteral'],
      holds: isInside,
    },
    InBetweenRelation: {
      value: ['gYear', 'gYearMonth', 'date', 'dateTime'].map((name) => `${XSD}${name}`),
      holds: (value, bound) => value.value.startsWith(bound.value.replace(/Z$/, '')),
    },
  }).map(([name, one]) => [`${TREE}${name}`, one]),
);

export function isComparison(types: readonly string[]): boolean {
  return types.some((type) => type !== `${TREE}Relation` && RELATION_CLASSES.has(type));
}
