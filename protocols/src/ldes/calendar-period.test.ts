import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INSTANT_MAX_MS } from '../observation/instant.ts';
import { calendarPeriod, calendarSegments } from './calendar-period.ts';

describe('a period of the calendar', () => {
  it.each([
    [['2026'], '2026-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
    [['2026', '12'], '2026-12-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
    [['2024', '02', '29'], '2024-02-29T00:00:00.000Z', '2024-03-01T00:00:00.000Z'],
    [['2026', '11', '24', '23'], '2026-11-24T23:00:00.000Z', '2026-11-25T00:00:00.000Z'],
  ])('%j is half open, in UTC', (segments, from, until) => {
    expect(calendarPeriod(segments)).toEqual({ fromMs: Date.parse(from), untilMs: Date.parse(until) });
  });

  it('holds the instant that it is named after, on every level', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: INSTANT_MAX_MS }), fc.integer({ min: 1, max: 4 }), (ms, levels) => {
        const period = calendarPeriod(calendarSegments(ms).slice(0, levels)) ?? expect.fail();
        expect(period.fromMs <= ms && ms < period.untilMs).toBe(true);
      }),
      { seed: 74 },
    );
  });

  it.each([
    [[]],
    [['1969']],
    [['10000']],
    [['99']],
    [['0070']],
    [['2026', '13']],
    [['2026', '00']],
    [['2026', '1']],
    [['2026', '02', '29']],
    [['2026', '02', '00']],
    [['2026', '02', '01', '24']],
    [['2026', '02', '01', '+1']],
    [['2026', '02', '01', '01', '01']],
    [['2026', '']],
    [['2e3', '02']],
  ])('%j is none', (segments) => {
    expect(calendarPeriod(segments)).toBeUndefined();
  });
});
