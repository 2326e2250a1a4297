import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addRange,
  countSequences,
  rangesContain,
  rangesOf,
  type SequenceRange,
  subtractRange,
} from './sequence-ranges.ts';

const range = fc
  .tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 12 }))
  .map(([from, length]): SequenceRange => [from, from + length]);

function members(ranges: readonly SequenceRange[]): Set<number> {
  return new Set(ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, index) => from + index)));
}

describe('acknowledged ranges', () => {
  it('hold exactly what was added, in any order, sorted and apart', () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 25 }), (added) => {
        const ranges = added.reduce<SequenceRange[]>(addRange, []);
        expect(members(ranges)).toEqual(members(added));
        ranges.forEach(([from, to], index) => {
          expect(to).toBeGreaterThanOrEqual(from);
          const next = ranges[index + 1];
          if (next !== undefined) expect(next[0]).toBeGreaterThan(to + 1);
        });
        for (let sequence = 0; sequence < 80; sequence += 1) {
          expect(rangesContain(ranges, sequence)).toBe(members(added).has(sequence));
        }
      }),
      { seed: 31 },
    );
  });

  it('never change the list they are added to', () => {
    const before: SequenceRange[] = [[1, 2]];
    addRange(before, [3, 4]);
    expect(before).toEqual([[1, 2]]);
  });

  it('hold the rest when ranges are taken out, in any order, sorted and apart', () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 25 }), fc.array(range, { maxLength: 25 }), (added, taken) => {
        const before = added.reduce<SequenceRange[]>(addRange, []);
        const rest = taken.reduce<SequenceRange[]>(subtractRange, before);
        expect(members(rest)).toEqual(new Set([...members(before)].filter((one) => !members(taken).has(one))));
        expect(countSequences(rest)).toBe(members(rest).size);
        expect(rest.reduce<SequenceRange[]>(addRange, [])).toEqual(rest);
      }),
      { seed: 33 },
    );
  });

  it('are whole again when what was taken out comes back', () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 25 }), range, (added, taken) => {
        const before = [...added, taken].reduce<SequenceRange[]>(addRange, []);
        expect(addRange(subtractRange(before, taken), taken)).toEqual(before);
      }),
      { seed: 34 },
    );
  });

  it('never change the list that a range is taken out of', () => {
    const before: SequenceRange[] = [[1, 9]];
    subtractRange(before, [3, 4]);
    expect(before).toEqual([[1, 9]]);
  });

  it('are read from sequences in rising order', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 100 })), (sequences) => {
        const rising = sequences.toSorted((a, b) => a - b);
        const expected = rising.reduce<SequenceRange[]>((ranges, one) => addRange(ranges, [one, one]), []);
        expect(rangesOf(rising)).toEqual(expected);
      }),
      { seed: 32 },
    );
  });
});
