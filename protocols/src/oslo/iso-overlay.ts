import { OBSERVED_PROPERTIES, type ObservedProperty } from '../properties/mod.ts';
import type { ObservationMember } from './member.ts';
import { suppressedBelow } from './observed-result.ts';
import type { PublishedIris } from './published-iris.ts';
import { decimal, integer, rdf, schema } from './terms.ts';
import { type BlankTree, instantNode, phenomenonTimeNode } from './time-nodes.ts';
import { blank, type Iri, iri, type Term, type Triple, triplesOf } from './triple.ts';

const ISO = 'http://def.isotc211.org';
const observation = (name: string) => iri(`${ISO}/iso19156/2011/Observation#OM_Observation.${name}`);

const OM = {
  Measurement: iri(`${ISO}/iso19156/2011/Measurement#OM_Measurement`),
  CountObservation: iri(`${ISO}/iso19156/2011/CountObservation#OM_CountObservation`),
  observedProperty: observation('observedProperty'),
  featureOfInterest: observation('featureOfInterest'),
  phenomenonTime: observation('phenomenonTime'),
  resultTime: observation('resultTime'),
  procedure: observation('procedure'),
  result: observation('result'),
} as const;
/** OSLO Verkeersmetingen writes this one IRI with https; its readers look for that. */
const TRAFFIC_PHENOMENON_TIME = iri('https://def.isotc211.org/iso19156/2011/Observation#OM_Observation.phenomenonTime');
const MEASURE = iri(`${ISO}/iso19103/2005/UnitsOfMeasure#Measure`);
const MEASURE_VALUE = iri(`${ISO}/iso19103/2005/UnitsOfMeasure#Measure.value`);
const TM = {
  instant: iri(`${ISO}/iso19108/2006/TemporalObjects#TM_Instant`),
  interval: iri(`${ISO}/iso19108/2006/TemporalObjects#TM_Period`),
} as const;

/** What the overlay adds to an observation, and to its blank nodes. */
export interface IsoOverlay {
  readonly properties: readonly (readonly [Iri, Term])[];
  readonly blankNodes: readonly Triple[];
}

const NOTHING: IsoOverlay = { properties: [], blankNodes: [] };

/**
 * The same observation in the terms of ISO 19156 as the registered OSLO profile Observaties en Metingen (2022-04-28) has
 * them, for consumers of that profile. It has time nodes of its own, since a blank node is said once. A suppressed count
 * has no overlay: the profile demands exactly one value.
 */
export function isoOverlay(iris: PublishedIris, member: ObservationMember): IsoOverlay {
  if (member.isoOverlay !== true || suppressedBelow(member.value) !== undefined) return NOTHING;
  const { description } = member;
  const property = OBSERVED_PROPERTIES[description.property];
  const label = `m${member.ordinal}i`;
  const phenomenonTime = phenomenonTimeNode(`${label}t`, member, TM);
  const trafficTime = property.traffic === undefined ? undefined : phenomenonTimeNode(`${label}u`, member, TM);
  const resultTime = instantNode(`${label}r`, member.resultMs, TM);
  const result = isoResult(`${label}v`, property, member.value);
  return {
    properties: [
      [rdf.type, property.kind === 'count' ? OM.CountObservation : OM.Measurement],
      [OM.observedProperty, iri(iris.property(description.property))],
      [OM.featureOfInterest, iri(iris.measuringPoint(description.measuringPoint.name, description.direction))],
      [OM.phenomenonTime, phenomenonTime.node],
      ...(trafficTime === undefined ? [] : ([[TRAFFIC_PHENOMENON_TIME, trafficTime.node]] as const)),
      [OM.resultTime, resultTime.node],
      [OM.procedure, iri(iris.procedure(description.procedure.name))],
      [OM.result, result.node],
    ],
    blankNodes: [...phenomenonTime.triples, ...(trafficTime?.triples ?? []), ...resultTime.triples, ...result.triples],
  };
}

/** A count is an integer; a measure is three nodes deep, as the profile has it. */
function isoResult(
  label: string,
  { kind, qudtUnit }: ObservedProperty,
  value: string,
): { readonly node: Term; readonly triples: BlankTree['triples'] } {
  if (kind === 'count') return { node: integer(value), triples: [] };
  const node = blank(label);
  const quantity = blank(`${label}q`);
  return {
    node,
    triples: [
      ...triplesOf(node, [
        [rdf.type, MEASURE],
        [MEASURE_VALUE, quantity],
      ]),
      ...triplesOf(quantity, [
        [rdf.type, schema.QuantitativeValue],
        [schema.value, decimal(value)],
        [schema.unitCode, iri(qudtUnit)],
      ]),
    ],
  };
}
