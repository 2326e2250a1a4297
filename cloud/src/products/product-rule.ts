import type { PropertyKey } from '@meetbrug/protocols/properties';
import type { AlertThresholds } from './alert-level.ts';
import type { DayThreshold } from './threshold-day.ts';

/** What is computed, without saying of what. */
export type ProductRule = DayRule | AlertRule;

/** Computed once a local day. */
export type DayRule = ThresholdRule | PeakRule;

export interface ThresholdRule {
  readonly kind: 'threshold-day';
  readonly source: PropertyKey;
  readonly property: 'heat-day' | 'tropical-night';
  readonly threshold: DayThreshold;
}

export interface PeakRule {
  readonly kind: 'peak-hour';
  readonly source: PropertyKey;
}

/** Computed with each level. */
export interface AlertRule {
  readonly kind: 'water-alert';
  readonly source: PropertyKey;
  readonly organisation: string;
  readonly measuringPoint: string;
  readonly thresholds: AlertThresholds;
}
