import { type OrganisationIris, organisationIris, propertyIri } from '../observation/iris.ts';
import type { QualityFlag } from '../observation/quality.ts';
import { OBSERVED_PROPERTIES, type PropertyKey } from '../properties/catalogue.ts';
import type { GapReason } from './gap-concepts.ts';
import { GAP_METRIC_PATH, gapReasonPath } from './vocabulary.ts';

/** The IRIs of one organisation under one public base URL, with those that its data shares. */
export interface PublishedIris extends OrganisationIris {
  property(key: PropertyKey): string;
  /** The metric that a quality flag is a measurement of. */
  qualityFlag(flag: QualityFlag): string;
  /** The metric that a gap is a measurement of. */
  gapMetric(): string;
  /** Why observations are missing. */
  gapReason(reason: GapReason): string;
  /** The IRI of a described entity from its path below `{base}/id/{organisation}/`. */
  entity(path: string): string;
}

/** @param publicBaseUrl scheme, host, optional path prefix; no trailing slash */
export function publishedIris(publicBaseUrl: string, organisation: string): PublishedIris {
  return {
    ...organisationIris(publicBaseUrl, organisation),
    property: (key) => propertyIri(publicBaseUrl, OBSERVED_PROPERTIES[key].path),
    qualityFlag: (flag) => `${publicBaseUrl}/id/concept/kwaliteitskenmerk/${flag}`,
    gapMetric: () => `${publicBaseUrl}/id/${GAP_METRIC_PATH}`,
    gapReason: (reason) => `${publicBaseUrl}/id/${gapReasonPath(reason)}`,
    entity: (path) => `${publicBaseUrl}/id/${organisation}/${path}`,
  };
}
