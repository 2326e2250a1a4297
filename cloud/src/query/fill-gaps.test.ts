import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Bucket } from '../timeseries/time-series.ts';
import { fillGaps, type GapsToFill } from './fill-gaps.ts';

const HOUR_MS = 3_600_000;

function bucket(hour: number, value: number): Bucket {
  return {
    datastream: 1,
    beginMs: hour * HOUR_MS,
    endMs: (hour + 1) * HOUR_MS,
    count: 2,
    suppressed: 0,
    values: [value, 2],
  };
}

function gaps(changes: Partial<GapsToFill>): GapsToFill {
  return {
    datastream: 1,
    every: 'PT1H',
    zone: 'UTC',
    aggregates: ['mean', 'count'],
    fill: 'null',
    fromMs: 0,
    toMs: 6 * HOUR_MS,
    limit: 100,
    known: [bucket(1, 10), bucket(4, 40)],
    hasMore: false,
    ...changes,
  };
}

describe('gaps', () => {
  test.each([
    ['null', [null, 10, null, null, 40, null]],
    ['previous', [null, 10, 10, 10, 40, 40]],
    ['linear', [null, 10, 20, 30, 40, null]],
  ] as const)('are filled with %s', (fill, means) => {
    const filled = fillGaps(gaps({ fill }));
    expect(filled.map(({ values }) => values[0])).toEqual(means);
    expect(filled.map(({ values }) => values[1])).toEqual([0, 2, 0, 0, 2, 0]);
    expect(filled.map(({ isFilled }) => isFilled)).toEqual([true, false, true, true, false, true]);
  });

  test('are filled across the night in which clocks change, a day for each day', () => {
    const days = fillGaps(
      gaps({
        every: 'P1D',
        zone: 'Europe/Brussels',
        fromMs: Date.parse('2026-10-24T00:00:00+02:00'),
        toMs: Date.parse('2026-10-27T00:00:00+01:00'),
        known: [],
      }),
    );
    expect(days.map(({ beginMs, endMs }) => (endMs - beginMs) / HOUR_MS)).toEqual([24, 25, 24]);
  });

  test('are not filled behind the last that is known while there are more', () => {
    expect(fillGaps(gaps({ hasMore: true })).at(-1)?.beginMs).toBe(4 * HOUR_MS);
  });

  test('come out the same in pieces of any size', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(30), { maxLength: 12 }),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom('null', 'previous', 'linear'),
        (hours, limit, fill) => {
          const known = hours.sort((a, b) => a - b).map((hour) => bucket(hour, hour * hour));
          const whole = fillGaps(gaps({ known, fill, toMs: 31 * HOUR_MS }));
          const pieces = [];
          for (let fromMs = 0; fromMs < 31 * HOUR_MS; ) {
            const piece = fillGaps(gaps({ known, fill, toMs: 31 * HOUR_MS, fromMs, limit }));
            pieces.push(...piece);
            fromMs = piece.at(-1)?.endMs ?? Number.POSITIVE_INFINITY;
          }
          expect(pieces).toEqual(whole);
        },
      ),
      { seed: 6 },
    );
  });
});
