import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  brusselsHour,
  COMMUTERS,
  commutersPerHour,
  HEAT_WAVE,
  heatWave,
  RISING_RIVER,
  risingRiverMetres,
} from './scenario-curves.ts';

const instant = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2040, 0, 1) });

describe('the scenario curves', () => {
  it('stay inside the bounds that they name, at any time', () => {
    fc.assert(
      fc.property(instant, (ms) => {
        const { celsius, humidityPercent } = heatWave(ms);
        expect(celsius).toBeGreaterThanOrEqual(HEAT_WAVE.minCelsius);
        expect(celsius).toBeLessThanOrEqual(HEAT_WAVE.maxCelsius);
        expect(humidityPercent).toBeGreaterThanOrEqual(HEAT_WAVE.minHumidityPercent);
        expect(humidityPercent).toBeLessThanOrEqual(HEAT_WAVE.maxHumidityPercent);
        expect(risingRiverMetres(ms)).toBeGreaterThanOrEqual(RISING_RIVER.minMetres);
        expect(risingRiverMetres(ms)).toBeLessThanOrEqual(RISING_RIVER.maxMetres);
        for (const perHour of Object.values(commutersPerHour(ms))) {
          expect(perHour).toBeGreaterThanOrEqual(COMMUTERS.quietPerHour);
          expect(perHour).toBeLessThanOrEqual(COMMUTERS.peakPerHour);
        }
      }),
      { seed: 1 },
    );
  });

  it('reach their extremes at the hours that they name, in local time, summer and winter', () => {
    expect(heatWave(Date.parse('2026-07-14T13:00:00Z'))).toEqual({ celsius: 36, humidityPercent: 30 });
    expect(heatWave(Date.parse('2026-01-14T02:00:00Z'))).toEqual({ celsius: 18, humidityPercent: 80 });
    expect(commutersPerHour(Date.parse('2026-07-14T06:00:00Z')).in).toBe(COMMUTERS.peakPerHour);
    expect(commutersPerHour(Date.parse('2026-01-14T16:00:00Z')).out).toBe(COMMUTERS.peakPerHour);
    expect(commutersPerHour(Date.parse('2026-07-14T01:00:00Z')).in).toBeCloseTo(COMMUTERS.quietPerHour, 3);
  });

  it('make the river rise by decimetres within an hour, never by metres', () => {
    const hourly = Array.from({ length: 24 }, (_, hour) => risingRiverMetres(hour * 3_600_000));
    const rises = hourly.slice(1).map((level, index) => level - (hourly[index] ?? level));
    expect(Math.max(...rises)).toBeGreaterThan(0.2);
    expect(Math.max(...rises)).toBeLessThan(0.5);
  });

  it('know the hour in Brussels on both sides of a change of the clock', () => {
    expect(brusselsHour(Date.parse('2026-03-29T00:30:00Z'))).toBe(1.5);
    expect(brusselsHour(Date.parse('2026-03-29T01:30:00Z'))).toBe(3.5);
    expect(brusselsHour(Date.parse('2026-03-29T00:45:00Z'))).toBe(1.75);
  });
});
