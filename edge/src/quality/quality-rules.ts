import { compareDecimals, type Decimal, decimalFromNumber } from '@meetbrug/protocols/observation';
import { z } from 'zod';

const number = z.number();
const decimal = z.number().transform((value, context): Decimal => {
  const read = decimalFromNumber(value);
  if (read !== undefined) return read;
  context.addIssue('a decimal of at most 15 digits');
  return z.NEVER;
});

/**
 * What is plausible for the values of one property, in the property's unit. Each rule is optional: what is not declared
 * is not judged. The hard range of the catalogue refuses values; these rules only flag them.
 */
export const qualityRulesSchema = z.strictObject({
  /** Both ends are plausible. */
  plausibleRange: z
    .strictObject({ min: decimal, max: decimal })
    .refine(({ min, max }) => compareDecimals(min, max) < 0, 'min must be below max')
    .optional(),
  /** How fast the value can change: `tolerance` at once (noise, resolution) and `perHour` with time. */
  step: z.strictObject({ perHour: number.positive(), tolerance: number.min(0) }).optional(),
  /** The same value for longer than this is suspect, in a datastream that normally varies. */
  stuckAfterHours: number.positive().max(8760).optional(),
  /** How far the sensor may lean from how it was mounted. */
  tiltMaxDegrees: number.min(0).max(180).optional(),
  /** Least share of the interval, 0 to 1, that the sensor must have been watching. */
  uptimeMinShare: number.min(0).max(1).optional(),
});

export type QualityRules = z.infer<typeof qualityRulesSchema>;
