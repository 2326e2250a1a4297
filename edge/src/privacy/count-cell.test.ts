import { exactDecimal } from '@meetbrug/protocols/observation';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CountCell,
  contribute,
  publishedCount,
  staysWhole,
  sumOf,
  windowBeginMs,
  withoutCounts,
} from './count-cell.ts';

const open: CountCell = { below: 10, parts: [], published: undefined };
const closed = (...counts: number[]): CountCell => {
  const parts = counts.map((count, part) => [part, count] as const);
  return { below: 10, parts, published: publishedCount(sumOf(parts), 10) };
};

describe('a window of counts', () => {
  it.each([
    [0, 0],
    [899_999, 0],
    [900_000, 900_000],
    [Date.UTC(2026, 6, 1, 12, 14, 59, 999), Date.UTC(2026, 6, 1, 12)],
    [Date.UTC(2026, 6, 1, 12, 15), Date.UTC(2026, 6, 1, 12, 15)],
  ])('that a count which begins at %i belongs to begins at %i', (beginMs, expected) => {
    expect(windowBeginMs(beginMs, 900)).toBe(expected);
  });

  it.each([
    [0, { below: 10 }],
    [9, { below: 10 }],
    [10, exactDecimal(10)],
    [250, exactDecimal(250)],
  ])('with a sum of %i is published as %j', (sum, expected) => {
    expect(publishedCount(sum, 10)).toEqual(expected);
  });

  it.each([
    ['an open window', open, 0, 4, 'open', undefined],
    ['a suppressed one, still small', closed(3), 1, 2, 'unchanged', { below: 10 }],
    ['a suppressed one, no longer small', closed(3), 1, 7, 'crossing', { below: 10 }],
    ['a published one, larger now', closed(20), 1, 2, 'correction', exactDecimal(22)],
    ['a published one, a part corrected', closed(20, 5), 1, 4, 'correction', exactDecimal(24)],
    ['a published one, a part repeated', closed(20, 5), 1, 5, 'unchanged', exactDecimal(25)],
    ['a published one, small now', closed(20), 0, 9, 'crossing', exactDecimal(20)],
  ] as const)('%s', (_, cell, part, count, outcome, published) => {
    const result = contribute(cell, [[part, count]]);
    expect(result.outcome).toBe(outcome);
    expect(result.cell.published).toEqual(published);
  });

  it('never has versions on both sides of the threshold, whatever arrives after it has closed', () => {
    const part = fc.tuple(fc.nat(3), fc.nat(12));
    fc.assert(
      fc.property(fc.array(part), fc.array(part), (before, after) => {
        let cell = before.reduce<CountCell>((known, [at, count]) => contribute(known, [[at, count]]).cell, open);
        cell = { ...cell, published: publishedCount(sumOf(cell.parts), cell.below) };
        const side = JSON.stringify(cell.published).includes('below');
        for (const [at, count] of after) {
          cell = contribute(cell, [[at, count]]).cell;
          expect(JSON.stringify(cell.published).includes('below')).toBe(side);
        }
      }),
      { seed: 10 },
    );
  });

  it('has the same sum whatever the order in which its parts arrive', () => {
    const parts = fc.uniqueArray(fc.tuple(fc.nat(20), fc.nat(50)), { selector: ([at]) => at });
    fc.assert(
      fc.property(parts, fc.nat(), (arriving, turn) => {
        const turned = [
          ...arriving.slice(turn % (arriving.length + 1)),
          ...arriving.slice(0, turn % (arriving.length + 1)),
        ];
        const sum = (list: typeof arriving) =>
          sumOf(list.reduce<CountCell>((known, [at, count]) => contribute(known, [[at, count]]).cell, open).parts);
        expect(sum(turned)).toBe(sum(arriving));
      }),
      { seed: 11 },
    );
  });

  it.each([
    [
      'a late reading splits an interval of a decided window',
      [
        {
          cell: closed(30),
          added: [
            [0, 25],
            [1, 5],
          ],
        },
      ],
      true,
    ],
    [
      'its pieces lie in two windows, one of them decided',
      [
        { cell: closed(30), added: [[0, 25]] },
        { cell: open, added: [[9, 5]] },
      ],
      true,
    ],
    [
      'no window is decided',
      [
        {
          cell: { ...closed(30), published: undefined },
          added: [
            [0, 25],
            [1, 5],
          ],
        },
      ],
      false,
    ],
    ['a count is corrected by itself', [{ cell: closed(30), added: [[0, 28]] }], false],
    [
      'counts are repeated and added',
      [
        {
          cell: closed(30),
          added: [
            [0, 30],
            [1, 5],
          ],
        },
      ],
      false,
    ],
    ['a piece of a whole is split again', [{ cell: { ...open, parts: [[4, null]] }, added: [[4, 2]] }], true],
  ] as const)('keeps an interval whole or not when %s', (_, touched, expected) => {
    expect(staysWhole(touched)).toBe(expected);
  });

  it('notes pieces of a whole without a count, and leaves what is known', () => {
    expect(
      withoutCounts(closed(30), [
        [0, 25],
        [1, 5],
      ]),
    ).toEqual([[1, null]]);
    expect(
      sumOf([
        [0, 30],
        [1, null],
      ]),
    ).toBe(30);
  });
});
