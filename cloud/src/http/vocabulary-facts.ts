import { formatDecimal } from '@meetbrug/protocols/observation';
import {
  type Concept,
  characteristicTypeIri,
  type PropertyConcept,
  roadUserIri,
  themePath,
  vehicleTypeIri,
} from '@meetbrug/protocols/oslo';
import { THEME_CONCEPTS, UNIT_SYMBOLS } from '@meetbrug/protocols/properties';
import { html } from 'hono/html';
import { addressLink, type Fact, inBoth } from './vocabulary-frame.ts';
import type { PropertyUsage } from './vocabulary-usage.ts';

/** What everyone wants to know of a concept. */
export function plainFacts(concept: Concept, usage: PropertyUsage | undefined): Fact[] {
  if (concept.kind !== 'property') return [];
  const { unit, range, resolution } = concept.property;
  const symbol = UNIT_SYMBOLS[unit];
  return [
    ['eenheid / unit', symbol.nl === symbol.en ? symbol.nl : inBoth(symbol)],
    ['bereik / range', `${formatDecimal(range.min)} … ${formatDecimal(range.max)}`],
    ['stap / step', formatDecimal(resolution)],
    ...usageFacts(concept, usage),
  ];
}

/** No number where nothing was counted: unknown is not zero. */
function usageFacts({ property }: PropertyConcept, usage: PropertyUsage | undefined): Fact[] {
  if (usage === undefined) return [];
  const count = usage.datastreams.get(property.key) ?? 0;
  return [['gebruikt door / used by', `${usage.complete ? '' : '≥ '}${count} datastreams`]];
}

/** What programmers and other catalogues want to know of it. */
export function technicalFacts(publicBaseUrl: string, concept: Concept): Fact[] {
  if (concept.kind === 'road-user') {
    return [['skos:broadMatch', addressLink(vehicleTypeIri(concept.roadUser.vehicleType))]];
  }
  if (concept.kind !== 'property') return [];
  const { key, theme, unit, qudtUnit, quantityKind, matches, verticalDatum, traffic } = concept.property;
  const themeUrl = `${publicBaseUrl}/id/${themePath(theme)}`;
  return [
    ['thema / theme', html`<a href="${themeUrl}">${inBoth(THEME_CONCEPTS[theme].label)}</a>`],
    ['sleutel / key', html`<code>${key}</code>`],
    ['QUDT', html`${addressLink(qudtUnit)}, ${addressLink(quantityKind)}`],
    ['UCUM', html`<code>${unit}</code>`],
    ...(verticalDatum === undefined ? [] : [['hoogtereferentie / datum', addressLink(verticalDatum)] as const]),
    ...matches.map(([relation, other]): Fact => [`skos:${relation}`, addressLink(other)]),
    ...(traffic === undefined
      ? []
      : ([
          ['OSLO', addressLink(characteristicTypeIri(traffic.type))],
          ['voertuigtype / road user', addressLink(roadUserIri(publicBaseUrl, traffic.roadUser))],
        ] as const)),
  ];
}
