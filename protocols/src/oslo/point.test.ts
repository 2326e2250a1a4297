import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixedText } from './point.ts';

describe('a coordinate as text', () => {
  it.each([
    [3.725, '3.725'],
    [-0.00000001, '0'],
    [0.0000001, '0.0000001'],
    [-180, '-180'],
    [0.1 + 0.2, '0.3'],
    [100, '100'],
    [1e-300, '0'],
  ])('writes %d as %s', (value, text) => {
    expect(fixedText(value)).toBe(text);
  });

  it('has no exponent, at most 7 decimals and the value itself to half of the last one', () => {
    fc.assert(
      fc.property(fc.double({ min: -1000, max: 1000, noNaN: true }), (value) => {
        const text = fixedText(value);
        expect(text).toMatch(/^-?\d{1,4}(\.\d{1,7})?$/);
        expect(Math.abs(Number(text) - value)).toBeLessThanOrEqual(0.500001e-7);
      }),
      { seed: 31 },
    );
  });
});
