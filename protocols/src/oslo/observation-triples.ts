import { formatInstant } from '../observation/instant.ts';
import type { QualityFlag } from '../observation/quality.ts';
import { OBSERVED_PROPERTIES } from '../properties/mod.ts';
import { isoOverlay } from './iso-overlay.ts';
import type { ObservationMember } from './member.ts';
import { observedResult } from './observed-result.ts';
import { fixedText, pointGeometry } from './point.ts';
import { positionStatements } from './position.ts';
import type { PublishedIris } from './published-iris.ts';
import { boolean, dateTime, dct, dqv, geo, prov, rdf, sosa, vm } from './terms.ts';
import { type BlankTree, phenomenonTimeNode } from './time-nodes.ts';
import { blank, type Iri, iri, type Term, type Triple, triplesOf } from './triple.ts';

/** The IRI of a member: an observation and its revision. */
export function observationVersionIri(iris: PublishedIris, { description, beginMs, revision }: ObservationMember): Iri {
  return iri(iris.observationVersion(description.datastream, beginMs, revision));
}

/**
 * One version of an observation: its own triples and those of its blank nodes, which no other member shares. What its
 * IRIs stand for is said elsewhere, so that a page of 250 members does not say it 250 times.
 * Traffic counts carry the terms of OSLO Verkeersmetingen next to SOSA's; a derived value names the observations that it
 * was computed from; what is known against a value is one quality measurement a flag.
 */
export function observationTriples(iris: PublishedIris, member: ObservationMember): Triple[] {
  const { description, ordinal } = member;
  const subject = observationVersionIri(iris, member);
  const property = OBSERVED_PROPERTIES[description.property];
  const label = `m${ordinal}`;
  const phenomenonTime = phenomenonTimeNode(`${label}t`, member);
  const result = observedResult(`${label}r`, property, member.value);
  const point = description.measuringPoint;
  const place = pointGeometry(`${label}g`, fixedText(point.longitude), fixedText(point.latitude));
  const observed = iri(iris.property(description.property));
  const feature = iri(iris.measuringPoint(point.name, description.direction));
  const traffic = property.traffic !== undefined;
  const qualities = (member.flags ?? []).map((flag, index) => qualityMeasurement(iris, `${label}q${index}`, flag));
  const overlay = isoOverlay(iris, member);

  return [
    ...triplesOf(subject, [
      [rdf.type, sosa.Observation],
      ...(traffic ? ([[rdf.type, vm.Verkeersmeting]] as const) : []),
      [dct.isVersionOf, iri(iris.observation(description.datastream, member.beginMs))],
      [prov.generatedAtTime, dateTime(formatInstant(member.generatedMs))],
      ...positionStatements(member),
      [sosa.observedProperty, observed],
      ...(traffic ? ([[vm.geobserveerdKenmerk, observed]] as const) : []),
      [sosa.hasFeatureOfInterest, feature],
      ...(traffic ? ([[vm.geobserveerdObject, feature]] as const) : []),
      [sosa.madeBySensor, iri(iris.sensor(description.sensor.name))],
      [sosa.usedProcedure, iri(iris.procedure(description.procedure.name))],
      ...inputs(iris, member),
      [sosa.phenomenonTime, phenomenonTime.node],
      [sosa.resultTime, dateTime(formatInstant(member.resultMs))],
      [result.predicate, result.node],
      ...qualities.map(({ node }) => [sosa.resultQuality, node] as const),
      [geo.hasGeometry, place.node],
      ...overlay.properties,
    ]),
    ...phenomenonTime.triples,
    ...result.triples,
    ...qualities.flatMap(({ triples }) => triples),
    ...place.triples,
    ...overlay.blankNodes,
  ];
}

/** Without a revision: a correction of an input gives a new version of the derived value, not another link. */
function inputs(iris: PublishedIris, { inputs = [] }: ObservationMember): (readonly [Iri, Term])[] {
  return inputs.map(({ datastream, beginMs }) => [sosa.relatedObservation, iri(iris.observation(datastream, beginMs))]);
}

/** A flag that is raised, in the words of the Data Quality Vocabulary. */
function qualityMeasurement(iris: PublishedIris, label: string, flag: QualityFlag): BlankTree {
  const node = blank(label);
  return {
    node,
    triples: triplesOf(node, [
      [rdf.type, dqv.QualityMeasurement],
      [dqv.isMeasurementOf, iri(iris.qualityFlag(flag))],
      [dqv.value, boolean(true)],
    ]),
  };
}
