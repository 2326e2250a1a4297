import { OBSERVED_PROPERTIES, PROPERTY_KEYS } from '@meetbrug/protocols/properties';
import { expect, test } from 'vitest';
import { productsSchema } from '../config/products-config.ts';
import { configuredRules } from './configured-rules.ts';
import { producedProperties } from './describe-product.ts';
import type { ProductRule } from './product-rule.ts';

/** Every rule that a configuration can ask for. */
function everyRule(): ProductRule[] {
  const gauge = { organisation: 'demo', measuringPoint: 'gauge', preAlarm: 1, alarm: 2 };
  return PROPERTY_KEYS.flatMap((property) =>
    [
      { heatDays: [{ property, threshold: 30 }] },
      { tropicalNights: [{ property, threshold: 20 }] },
      { peakHours: [{ property }] },
      { waterAlerts: [{ ...gauge, property }] },
    ].flatMap((settings) => {
      const parsed = productsSchema.safeParse(settings);
      if (!parsed.success) return [];
      const { days, alerts } = configuredRules(parsed.data);
      return [...days, ...alerts];
    }),
  );
}

test('a product is in the stream of what it is computed from, so it is as closed', () => {
  const rules = everyRule();
  expect(rules.length).toBeGreaterThan(20);
  for (const rule of rules) {
    const { theme } = OBSERVED_PROPERTIES[rule.source];
    expect(producedProperties(rule).map((property) => OBSERVED_PROPERTIES[property].theme)).toEqual(
      producedProperties(rule).map(() => theme),
    );
  }
});
