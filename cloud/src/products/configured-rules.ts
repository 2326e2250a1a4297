import { type Decimal, decimalFromNumber } from '@meetbrug/protocols/observation';
import type { ProductsConfig } from '../config/products-config.ts';
import type { AlertRule, DayRule } from './product-rule.ts';

export interface ConfiguredRules {
  readonly days: readonly DayRule[];
  readonly alerts: readonly AlertRule[];
}

/** The rules that a configuration asks for. */
export function configuredRules({ heatDays, tropicalNights, peakHours, waterAlerts }: ProductsConfig): ConfiguredRules {
  return {
    days: [
      ...heatDays.map(({ property, threshold }): DayRule => {
        return {
          kind: 'threshold-day',
          property: 'heat-day',
          source: property,
          threshold: { kind: 'reached', threshold: exact(threshold) },
        };
      }),
      ...tropicalNights.map(({ property, threshold }): DayRule => {
        return {
          kind: 'threshold-day',
          property: 'tropical-night',
          source: property,
          threshold: { kind: 'stayed', threshold: exact(threshold) },
        };
      }),
      ...peakHours.map(({ property }): DayRule => ({ kind: 'peak-hour', source: property })),
    ],
    alerts: waterAlerts.map(({ organisation, measuringPoint, property, preAlarm, alarm, hysteresis }) => ({
      kind: 'water-alert',
      source: property,
      organisation,
      measuringPoint,
      thresholds: { preAlarm: exact(preAlarm), alarm: exact(alarm), hysteresis: exact(hysteresis) },
    })),
  };
}

/** The schema allows at most three decimals. */
function exact(value: number): Decimal {
  const decimal = decimalFromNumber(value);
  if (decimal === undefined) throw new RangeError(`${value} is no decimal`);
  return decimal;
}
