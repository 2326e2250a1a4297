import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatInstant, INSTANT_MAX_MS } from '../observation/instant.ts';
import { writeAscii, writeInstant, writeNatural } from './write-ascii.ts';

const out = new Uint8Array(64);
const textOf = (end: number) => new TextDecoder().decode(out.subarray(3, end));

describe('text written as bytes', () => {
  it('has every instant as formatInstant has it', () => {
    const ms = fc.oneof(
      fc.integer({ min: 0, max: INSTANT_MAX_MS }),
      fc.integer({ min: 0, max: Math.floor(INSTANT_MAX_MS / 1000) }).map((seconds) => seconds * 1000),
    );
    fc.assert(
      fc.property(ms, (at) => {
        expect(textOf(writeInstant(out, 3, at))).toBe(formatInstant(at));
      }),
      { seed: 41, numRuns: 2000 },
    );
  });

  it.each(['1970-01-01', '2000-02-29', '2024-02-29', '2100-03-01', '9999-12-31'])(
    'knows the days around %s',
    (date) => {
      for (let day = -2; day <= 2; day += 1) {
        const ms = Math.min(Math.max(Date.parse(date) + day * 86_400_000, 0), INSTANT_MAX_MS);
        expect(textOf(writeInstant(out, 3, ms))).toBe(formatInstant(ms));
      }
    },
  );

  it('has every natural number as its digits', () => {
    fc.assert(
      fc.property(fc.oneof(fc.nat(1001), fc.maxSafeNat()), (value) => {
        expect(textOf(writeNatural(out, 3, value))).toBe(String(value));
      }),
      { seed: 42, examples: [[0], [9], [10], [999], [1000], [Number.MAX_SAFE_INTEGER]] },
    );
  });

  it('returns the offset behind it', () => {
    expect(textOf(writeAscii(out, 3, '-12.5'))).toBe('-12.5');
  });
});
