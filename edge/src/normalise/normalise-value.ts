import { compareDecimals, type Decimal, formatDecimal } from '@meetbrug/protocols/observation';
import { convertUnit, type UnitCode, unitsFit } from '@meetbrug/protocols/properties';
import { fail, ok, type Result } from '@meetbrug/protocols/result';
import type { Datastream } from './datastream.ts';
import type { ReadingFault } from './normalised-observation.ts';

/**
 * A value in the unit and at the resolution of its datastream, inside the property's range (both ends belong to it).
 * `outside-range` also covers a value with more digits than a decimal holds; `bad-unit` a unit of another quantity.
 */
export function normaliseValue(
  value: Decimal,
  unit: UnitCode,
  { property, resolution }: Datastream,
): Result<Decimal, ReadingFault> {
  if (!unitsFit(unit, property.unit)) {
    return fail('bad-unit', `${property.key}: ${formatDecimal(value)} ${unit} cannot be said in ${property.unit}`);
  }
  const { min, max } = property.range;
  const rounded = convertUnit(value, unit, property.unit, resolution);
  if (rounded === undefined || compareDecimals(rounded, min) < 0 || compareDecimals(rounded, max) > 0) {
    const bounds = `${formatDecimal(min)} to ${formatDecimal(max)} ${property.unit}`;
    return fail('outside-range', `${property.key}: ${formatDecimal(value)} ${unit} is not within ${bounds}`);
  }
  return ok(rounded);
}
