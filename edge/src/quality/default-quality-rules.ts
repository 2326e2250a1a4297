import { exactDecimal } from '@meetbrug/protocols/observation';
import type { PropertyKey } from '@meetbrug/protocols/properties';
import type { QualityRules } from './quality-rules.ts';

const between = (min: number, max: number) => ({ min: exactDecimal(min), max: exactDecimal(max) });

/**
 * Our own starting values for Flanders, wide enough that a heat wave or a storm passes: a city narrows them to its sites.
 * Levels have no plausible range or step here, because both belong to the watercourse.
 */
export const DEFAULT_QUALITY_RULES: Partial<Record<PropertyKey, QualityRules>> = {
  'air-temperature': {
    plausibleRange: between(-25, 43),
    step: { perHour: 12, tolerance: 2 },
    stuckAfterHours: 12,
  },
  'globe-temperature': {
    plausibleRange: between(-25, 75),
    step: { perHour: 60, tolerance: 10 },
    stuckAfterHours: 12,
  },
  'relative-humidity': {
    plausibleRange: between(10, 100),
    step: { perHour: 60, tolerance: 10 },
    stuckAfterHours: 24,
  },
  'water-distance': { stuckAfterHours: 72, tiltMaxDegrees: 5 },
  'water-level-local': { stuckAfterHours: 72, tiltMaxDegrees: 5 },
  'water-level-taw': { stuckAfterHours: 72, tiltMaxDegrees: 5 },
  'water-temperature': {
    plausibleRange: between(-1, 32),
    step: { perHour: 5, tolerance: 1 },
    stuckAfterHours: 48,
  },
  'pedestrian-count': { uptimeMinShare: 0.5 },
};
