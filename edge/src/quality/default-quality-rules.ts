import {
  OBSERVED_PROPERTIES,
  type Plausibility,
  PROPERTY_KEYS,
  type PropertyKey,
} from '@meetbrug/protocols/properties';
import type { QualityRules } from './quality-rules.ts';

/** What the catalogue calls plausible, by property; nothing for a property that is not judged. */
export const DEFAULT_QUALITY_RULES: Partial<Record<PropertyKey, QualityRules>> = Object.fromEntries(
  PROPERTY_KEYS.flatMap((key) => {
    const { plausible } = OBSERVED_PROPERTIES[key];
    return plausible === undefined ? [] : [[key, rulesOf(plausible)] as const];
  }),
);

/** The rules of one property at one device: each rule that the configuration states takes the place of the catalogue's. */
export function qualityRules(property: PropertyKey, overrides: QualityRules = {}): QualityRules {
  return { ...DEFAULT_QUALITY_RULES[property], ...overrides };
}

function rulesOf({ range, ...same }: Plausibility): QualityRules {
  return range === undefined ? same : { ...same, plausibleRange: { min: range[0], max: range[1] } };
}
