import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDecimals,
  decimal,
  decimalFromNumber,
  exactDecimal,
  formatDecimal,
  multiplyDecimals,
  parseDecimal,
  roundHalfEven,
  subtractDecimals,
} from './decimal.ts';

const anyDecimal = fc
  .tuple(fc.integer({ min: -999_999_999, max: 999_999_999 }), fc.integer({ min: 0, max: 9 }))
  .map(([mantissa, scale]) => exactDecimal(mantissa, scale));

describe('a decimal', () => {
  it.each([
    ['31.30', '31.3'],
    ['-0', '0'],
    ['-0.0', '0'],
    ['007.50', '7.5'],
    ['1e3', '1000'],
    ['1.2e-3', '0.0012'],
    ['-12.5E1', '-125'],
    ['100', '100'],
    ['0.000000001', '0.000000001'],
    ['999999999999999', '999999999999999'],
  ])('reads %s as %s', (text, canonical) => {
    const value = parseDecimal(text);
    expect(value && formatDecimal(value)).toBe(canonical);
  });

  it.each(['', '-', '1.', '.5', '1,5', 'NaN', '0x10', '1e99', '1234567890123456', '0.0000000001', ' 1', '١'])(
    'refuses %j',
    (text) => {
      expect(parseDecimal(text)).toBeUndefined();
    },
  );

  it.each([
    ['0.25', '0.1', '0.2'],
    ['0.35', '0.1', '0.4'],
    ['-0.25', '0.1', '-0.2'],
    ['-0.35', '0.1', '-0.4'],
    ['0.251', '0.1', '0.3'],
    ['2.5', '1', '2'],
    ['3.5', '1', '4'],
    ['0.75', '0.5', '1'],
    ['0.25', '0.5', '0'],
    ['41.2', '0.5', '41'],
    ['0.05', '0.1', '0'],
  ])('rounds %s half-even to a multiple of %s: %s', (value, resolution, expected) => {
    const rounded = roundHalfEven(parseDecimal(value) ?? expect.fail(), parseDecimal(resolution) ?? expect.fail());
    expect(rounded && formatDecimal(rounded)).toBe(expected);
  });

  it('survives its own text, and the shortest text of the nearest double', () => {
    fc.assert(
      fc.property(anyDecimal, (value) => {
        const text = formatDecimal(value);
        expect(parseDecimal(text)).toEqual(value);
        expect(decimalFromNumber(Number(text))).toEqual(value);
      }),
      { seed: 11 },
    );
  });

  it('adds, subtracts and multiplies exactly or not at all', () => {
    fc.assert(
      fc.property(anyDecimal, anyDecimal, (a, b) => {
        const sum = addDecimals(a, b);
        if (sum !== undefined) expect(subtractDecimals(sum, b)).toEqual(a);
        const product = multiplyDecimals(a, b);
        if (product !== undefined) {
          const exact = BigInt(a.mantissa) * BigInt(b.mantissa) * 10n ** BigInt(product.scale);
          expect(BigInt(product.mantissa) * 10n ** BigInt(a.scale + b.scale)).toBe(exact);
        }
      }),
      { seed: 12 },
    );
  });

  it('rounds to the nearest multiple, never further than half a step', () => {
    fc.assert(
      fc.property(
        anyDecimal,
        fc.constantFrom(exactDecimal(1), exactDecimal(1, 1), exactDecimal(5, 1)),
        (value, step) => {
          const rounded = roundHalfEven(value, step);
          if (rounded === undefined) return;
          const at = (d: { mantissa: number; scale: number }) => BigInt(d.mantissa) * 10n ** BigInt(9 - d.scale);
          expect(at(rounded) % at(step)).toBe(0n);
          const distance = at(rounded) - at(value);
          expect((distance < 0n ? -distance : distance) * 2n <= at(step)).toBe(true);
        },
      ),
      { seed: 13 },
    );
  });

  it('is undefined where it would not fit 15 digits', () => {
    expect(decimal(9_999_999_999_999_99)).toBeDefined();
    expect(decimal(1e15 + 1)).toBeUndefined();
    expect(decimal(1.5)).toBeUndefined();
    expect(decimalFromNumber(Number.NaN)).toBeUndefined();
    expect(decimalFromNumber(Number.POSITIVE_INFINITY)).toBeUndefined();
  });
});
