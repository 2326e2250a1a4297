import { isSuppressed, parseObservedValue } from '../observation/observed-value.ts';
import type { ObservedProperty } from '../properties/mod.ts';
import { decimal, integer, qudt, rdf, sosa } from './terms.ts';
import { blank, type Iri, iri, type Term, type Triple, triplesOf } from './triple.ts';

/** How an observation says its value: one triple of its own, and those of the node that it leads to. */
export interface ObservedResult {
  readonly predicate: Iri;
  readonly node: Term;
  readonly triples: readonly Triple[];
}

/** The bound of a suppressed count: it lies from 0 to `below` − 1. Undefined for a value that is published. */
export function suppressedBelow(value: string): number | undefined {
  const parsed = parseObservedValue(value);
  return parsed !== undefined && isSuppressed(parsed) ? parsed.below : undefined;
}

/**
 * Counts are simple integers; quantities are a QUDT value with its unit. A suppressed count is a QUDT value with its two
 * bounds and no number, as OSLO writes what lies below a detection limit.
 */
export function observedResult(label: string, property: ObservedProperty, value: string): ObservedResult {
  const below = suppressedBelow(value);
  if (below === undefined && property.kind === 'count') {
    return { predicate: sosa.hasSimpleResult, node: integer(value), triples: [] };
  }
  const node = blank(label);
  const amount =
    below === undefined
      ? ([[qudt.numericValue, decimal(value)]] as const)
      : ([
          [qudt.lowerBound, decimal('0')],
          [qudt.upperBound, decimal(String(below - 1))],
        ] as const);
  return {
    predicate: sosa.hasResult,
    node,
    triples: triplesOf(node, [
      [rdf.type, sosa.Result],
      [rdf.type, qudt.QuantityValue],
      ...amount,
      [qudt.hasUnit, iri(property.qudtUnit)],
    ]),
  };
}
