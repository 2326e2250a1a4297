import { GAP_REASONS } from './gap-concepts.ts';
import { type NodeShape, one } from './shape.ts';
import { dcat, dct, dqv } from './terms.ts';
import { iri } from './triple.ts';
import { among, dateTimeValue, type IriPatterns, node, positiveValue } from './value-shapes.ts';
import { GAP_METRIC_PATH, gapReasonPath } from './vocabulary.ts';

const period: NodeShape = {
  types: { required: [dct.PeriodOfTime], allowed: [] },
  properties: [one(dcat.startDate, dateTimeValue), one(dcat.endDate, dateTimeValue)],
};

/** Observations that are missing: how many, from when to when, and why. */
export function gap(publicBaseUrl: string, patterns: IriPatterns): NodeShape {
  const concept = (path: string) => iri(`${publicBaseUrl}/id/${path}`);
  return {
    types: { required: [dqv.QualityMeasurement], allowed: [] },
    properties: [
      one(dct.isVersionOf, patterns.gap),
      one(dqv.computedOn, patterns.gapSubject),
      one(dqv.isMeasurementOf, among(concept(GAP_METRIC_PATH))),
      one(dqv.value, positiveValue),
      one(dct.type, among(...GAP_REASONS.map((reason) => concept(gapReasonPath(reason))))),
      one(dct.temporal, node(period)),
    ],
  };
}
