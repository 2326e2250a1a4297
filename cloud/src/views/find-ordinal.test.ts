import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findOrdinal } from './find-ordinal.ts';

test('finds the first member of an instant or later, among rising stamps whose oldest are no longer there', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 20 }), { maxLength: 50 }),
      fc.nat({ max: 50 }),
      fc.nat({ max: 22 }),
      (unsorted, gone, atMs) => {
        const stamps = unsorted.toSorted((a, b) => a - b);
        const there = (ordinal: number) => (ordinal < gone ? undefined : stamps[ordinal]);
        const expected = stamps.findIndex((stampMs, ordinal) => ordinal >= gone && stampMs >= atMs);
        expect(findOrdinal(stamps.length, there, atMs)).toBe(expected === -1 ? stamps.length : expected);
      },
    ),
    { seed: 20_261_124 },
  );
});
