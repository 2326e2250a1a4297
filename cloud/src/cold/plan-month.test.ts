import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addMonths, monthOf, spanOf } from './month.ts';
import { closedUntilMs, groupRowsOf, isMonthDue } from './plan-month.ts';

describe('a month', () => {
  test.each([
    [0, 0, false],
    [1, 0, true],
    [10, 1_000, false],
    [11, 1_000, true],
  ])('with %i rows in the store and %i in its file is due: %s', (hot, cold, isDue) => {
    expect(isMonthDue({ hot, cold })).toBe(isDue);
  });

  test('is closed when so many whole months have passed since it ended', () => {
    expect(new Date(closedUntilMs(Date.UTC(2026, 4, 31, 23), 3)).toISOString()).toBe('2026-02-01T00:00:00.000Z');
    expect(new Date(closedUntilMs(Date.UTC(2026, 0, 1), 1)).toISOString()).toBe('2025-12-01T00:00:00.000Z');
  });

  test('holds each of its instants and none of the next', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(2200, 0, 1) }), (ms) => {
        const { fromMs, toMs } = spanOf(monthOf(ms));
        expect(fromMs <= ms && ms < toMs).toBe(true);
        expect(monthOf(toMs)).not.toBe(monthOf(ms));
        expect(addMonths(toMs, -1)).toBe(fromMs);
        expect(toMs % 900_000).toBe(0);
      }),
      { seed: 12 },
    );
  });
});

test('row groups are small in small files and few in large ones', () => {
  expect([1, 2_000_000, 10_000_000, 1_000_000_000].map(groupRowsOf)).toEqual([8_192, 8_192, 39_063, 131_072]);
});
