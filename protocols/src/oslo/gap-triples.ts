import { formatInstant } from '../observation/instant.ts';
import type { EntityBody } from './described-entity.ts';
import type { PublishedIris } from './published-iris.ts';
import type { Statements } from './statements.ts';
import { dateTime, dcat, dct, dqv, integer, rdf } from './terms.ts';
import { blank, iri, triplesOf } from './triple.ts';

type GapBody = Extract<EntityBody, { kind: 'gap' }>;

/**
 * Observations that are missing, as a measurement of the quality of their datastream; where the datastream is not known
 * any more, of what the gateway delivers. The period runs from the first to the last begin of their phenomenon times.
 */
export function gap(iris: PublishedIris, label: string, body: GapBody): Statements {
  const period = blank(`${label}t`);
  return {
    properties: [
      [rdf.type, dqv.QualityMeasurement],
      [dqv.computedOn, iri(iris.entity(gapSubjectPath(body)))],
      [dqv.isMeasurementOf, iri(iris.gapMetric())],
      [dqv.value, integer(body.observations)],
      [dct.type, iri(iris.gapReason(body.reason))],
      [dct.temporal, period],
    ],
    blankNodes: triplesOf(period, [
      [rdf.type, dct.PeriodOfTime],
      [dcat.startDate, dateTime(formatInstant(body.firstMs))],
      [dcat.endDate, dateTime(formatInstant(body.lastMs))],
    ]),
  };
}

function gapSubjectPath({ subject }: GapBody): string {
  return subject.startsWith(GATEWAY_PREFIX) ? subject : `datastream/${subject}`;
}

const GATEWAY_PREFIX = 'poort/';

/** What a gap is in when the datastream is not known any more: all that one gateway delivers. */
export function gatewaySubject(edge: string): `poort/${string}` {
  return `${GATEWAY_PREFIX}${edge}`;
}

/** Path of a gap below `{base}/id/{organisation}/`: a gap that is reported again has the same. */
export function gapPath(subject: string, reason: string, reportedMs: number): string {
  return `hiaat/${subject}/${reason}/${reportedMs}`;
}
