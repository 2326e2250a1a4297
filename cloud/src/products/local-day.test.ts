import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clockHour, hoursOf, hourWithin, localDayOf, localDayOfDate } from './local-day.ts';

const HOUR_MS = 3_600_000;
const dateOf = (ms: number) => new Date(ms).toLocaleDateString('sv-SE', { timeZone: 'Europe/Brussels' });
const hourOf = (ms: number) =>
  Number(new Date(ms).toLocaleTimeString('en-GB', { timeZone: 'Europe/Brussels', hour: '2-digit', hourCycle: 'h23' }));

describe('a local day', () => {
  test.each([
    ['2026-07-01', '2026-06-30T22:00:00Z', 24],
    ['2026-01-01', '2025-12-31T23:00:00Z', 24],
    ['2026-03-29', '2026-03-28T23:00:00Z', 23],
    ['2026-10-25', '2026-10-24T22:00:00Z', 25],
  ])('%s begins at %s and has %i hours', (date, begin, hours) => {
    const day = localDayOfDate(date);
    expect(day.beginMs).toBe(Date.parse(begin));
    expect(hoursOf(day)).toBe(hours);
    expect(localDayOf(day.beginMs)).toEqual(day);
    expect(localDayOf(day.endMs - 1)).toEqual(day);
    expect(localDayOf(day.endMs).beginMs).toBe(day.endMs);
  });

  test('shows each hour of the clock once, save where summer time begins and ends', () => {
    const shown = (date: string) => {
      const day = localDayOfDate(date);
      return Array.from({ length: hoursOf(day) }, (_, hour) => clockHour(day, hour));
    };
    expect(shown('2026-07-01')).toEqual(Array.from({ length: 24 }, (_, hour) => hour));
    expect(shown('2026-03-29').slice(0, 4)).toEqual([0, 1, 3, 4]);
    expect(shown('2026-10-25').slice(0, 5)).toEqual([0, 1, 2, 2, 3]);
  });

  test('holds exactly the instants whose date in Brussels is its own', () => {
    const instants = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2040, 0, 1) });
    fc.assert(
      fc.property(instants, (ms) => {
        const day = localDayOf(ms);
        expect(day.beginMs).toBeLessThanOrEqual(ms);
        expect(day.endMs).toBeGreaterThan(ms);
        expect(dateOf(day.beginMs)).toBe(dateOf(ms));
        expect(dateOf(day.beginMs - 1)).not.toBe(dateOf(ms));
        expect(dateOf(day.endMs - 1)).toBe(dateOf(ms));
        expect(dateOf(day.endMs)).not.toBe(dateOf(ms));
        const hour = hourWithin(day, ms);
        expect(clockHour(day, hour)).toBe(hourOf(day.beginMs + hour * HOUR_MS));
      }),
      { seed: 601, numRuns: 500 },
    );
  });
});
