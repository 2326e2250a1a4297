import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Decimal, decimal, exactDecimal, formatDecimal } from '../observation/decimal.ts';
import { scaleValue } from './scale-value.ts';

const anyDecimal = fc
  .tuple(fc.integer({ min: -(10 ** 12), max: 10 ** 12 }), fc.integer({ min: 0, max: 9 }))
  .map(([mantissa, scale]) => decimal(mantissa, scale) ?? exactDecimal(0));

/** As a whole number of 10^-18. */
const exactly = ({ mantissa, scale }: Decimal) => BigInt(mantissa) * 10n ** BigInt(18 - scale);

describe('a scaled value', () => {
  it('is the exact sum, or the nearest that 15 digits and 9 decimals hold', () => {
    let exactCount = 0;
    fc.assert(
      fc.property(anyDecimal, anyDecimal, anyDecimal, (value, factor, offset) => {
        const scaled = scaleValue(value, factor, offset);
        const exact =
          BigInt(value.mantissa) * BigInt(factor.mantissa) * 10n ** BigInt(18 - value.scale - factor.scale) +
          exactly(offset);
        if (scaled === undefined) {
          expect(exact < 0n ? -exact : exact).toBeGreaterThan(10n ** 32n);
          return;
        }
        const difference = exactly(scaled) - exact;
        if (difference === 0n) exactCount += 1;
        const digits = Math.max(String(exact < 0n ? -exact : exact).length, 1);
        const halfStep = 10n ** BigInt(Math.max(9, digits - 15)) / 2n;
        expect(difference <= halfStep && -difference <= halfStep).toBe(true);
      }),
      { seed: 3, numRuns: 10_000 },
    );
    expect(exactCount).toBeGreaterThan(500);
  });

  it.each([
    [exactDecimal(25, 1), exactDecimal(1, 9), '0.000000002'],
    [exactDecimal(35, 1), exactDecimal(1, 9), '0.000000004'],
    [exactDecimal(-25, 1), exactDecimal(1, 9), '-0.000000002'],
  ])('that lies halfway goes to the even neighbour', (value, factor, expected) => {
    const scaled = scaleValue(value, factor, exactDecimal(0));
    expect(scaled && formatDecimal(scaled)).toBe(expected);
  });
});
