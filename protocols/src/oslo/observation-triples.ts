import { formatInstant } from '../observation/instant.ts';
import { OBSERVED_PROPERTIES, type ObservedProperty } from '../properties/mod.ts';
import type { ObservationMember } from './member.ts';
import { fixedText, pointGeometry } from './point.ts';
import type { PublishedIris } from './published-iris.ts';
import { dateTime, dateTimeStamp, dct, decimal, geo, integer, prov, qudt, rdf, sosa, time, vm } from './terms.ts';
import { type Blank, blank, type Iri, iri, type Term, type Triple, triplesOf } from './triple.ts';

/** The IRI of a member: an observation and its revision. */
export function observationVersionIri(iris: PublishedIris, { description, beginMs, revision }: ObservationMember): Iri {
  return iri(iris.observationVersion(description.datastream, beginMs, revision));
}

/**
 * One version of an observation: its own triples and those of its blank nodes, which no other member shares. What its
 * IRIs stand for is said elsewhere, so that a page of 250 members does not say it 250 times.
 * Traffic counts carry the terms of OSLO Verkeersmetingen next to SOSA's.
 */
export function observationTriples(iris: PublishedIris, member: ObservationMember): Triple[] {
  const { description, ordinal } = member;
  const subject = observationVersionIri(iris, member);
  const property = OBSERVED_PROPERTIES[description.property];
  const label = `m${ordinal}`;
  const phenomenonTime = phenomenonTimeNode(label, member);
  const result = resultNode(label, property, member.value);
  const point = description.measuringPoint;
  const place = pointGeometry(`${label}g`, fixedText(point.longitude), fixedText(point.latitude));
  const observed = iri(iris.property(description.property));
  const feature = iri(iris.measuringPoint(point.name, description.direction));
  const traffic = property.traffic !== undefined;

  return [
    ...triplesOf(subject, [
      [rdf.type, sosa.Observation],
      ...(traffic ? ([[rdf.type, vm.Verkeersmeting]] as const) : []),
      [dct.isVersionOf, iri(iris.observation(description.datastream, member.beginMs))],
      [prov.generatedAtTime, dateTime(formatInstant(member.generatedMs))],
      [sosa.observedProperty, observed],
      ...(traffic ? ([[vm.geobserveerdKenmerk, observed]] as const) : []),
      [sosa.hasFeatureOfInterest, feature],
      ...(traffic ? ([[vm.geobserveerdObject, feature]] as const) : []),
      [sosa.madeBySensor, iri(iris.sensor(description.sensor.name))],
      [sosa.usedProcedure, iri(iris.procedure(description.procedure.name))],
      [sosa.phenomenonTime, phenomenonTime.node],
      [sosa.resultTime, dateTime(formatInstant(member.resultMs))],
      [result.predicate, result.node],
      [geo.hasGeometry, place.node],
    ]),
    ...phenomenonTime.triples,
    ...result.triples,
    ...place.triples,
  ];
}

function phenomenonTimeNode(label: string, { beginMs, endMs }: ObservationMember): { node: Blank; triples: Triple[] } {
  if (endMs === undefined) return instantNode(`${label}t`, beginMs);
  const node = blank(`${label}t`);
  const begin = instantNode(`${label}tb`, beginMs);
  const end = instantNode(`${label}te`, endMs);
  return {
    node,
    triples: [
      ...triplesOf(node, [
        [rdf.type, time.ProperInterval],
        [time.hasBeginning, begin.node],
        [time.hasEnd, end.node],
      ]),
      ...begin.triples,
      ...end.triples,
    ],
  };
}

function instantNode(label: string, ms: number): { node: Blank; triples: Triple[] } {
  const node = blank(label);
  return {
    node,
    triples: triplesOf(node, [
      [rdf.type, time.Instant],
      [time.inXSDDateTimeStamp, dateTimeStamp(formatInstant(ms))],
    ]),
  };
}

/** Counts are simple integers; quantities are a QUDT value with its unit. */
function resultNode(
  label: string,
  property: ObservedProperty,
  value: string,
): { predicate: Iri; node: Term; triples: Triple[] } {
  if (property.kind === 'count') return { predicate: sosa.hasSimpleResult, node: integer(value), triples: [] };
  const node = blank(`${label}r`);
  return {
    predicate: sosa.hasResult,
    node,
    triples: triplesOf(node, [
      [rdf.type, sosa.Result],
      [rdf.type, qudt.QuantityValue],
      [qudt.numericValue, decimal(value)],
      [qudt.hasUnit, iri(property.qudtUnit)],
    ]),
  };
}
