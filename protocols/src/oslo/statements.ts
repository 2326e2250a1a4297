import { decimal, dutch, rdf, schema, string, unit } from './terms.ts';
import type { BlankTree } from './time-nodes.ts';
import { blank, type Iri, type Term, type Triple, triplesOf } from './triple.ts';

/** What is said of a subject, and the blank nodes that it reaches. */
export interface Statements {
  readonly properties: readonly (readonly [Iri, Term])[];
  readonly blankNodes: readonly Triple[];
}

interface Heights {
  readonly mountingHeightMetres?: string | undefined;
  readonly localZeroTawMetres?: string | undefined;
}

/** Heights are name-and-value pairs: neither OSLO nor SOSA has a term for them. */
export function heightStatements(label: string, { mountingHeightMetres, localZeroTawMetres }: Heights): Statements {
  const nodes = [
    height(`${label}h`, 'mounting-height', 'hoogte van de sensor in meter', mountingHeightMetres),
    height(`${label}z`, 'local-zero-taw', 'lokaal nulpunt in meter TAW', localZeroTawMetres),
  ].filter((node) => node !== undefined);
  return {
    properties: nodes.map(({ node }) => [schema.additionalProperty, node]),
    blankNodes: nodes.flatMap(({ triples }) => triples),
  };
}

function height(label: string, propertyId: string, name: string, metres: string | undefined): BlankTree | undefined {
  if (metres === undefined) return undefined;
  const node = blank(label);
  return {
    node,
    triples: triplesOf(node, [
      [rdf.type, schema.PropertyValue],
      [schema.propertyID, string(propertyId)],
      [schema.name, dutch(name)],
      [schema.value, decimal(metres)],
      [schema.unitCode, unit.M],
    ]),
  };
}
