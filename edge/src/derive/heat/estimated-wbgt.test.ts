import { decimalFromNumber, decimalToNumber, exactDecimal } from '@meetbrug/protocols/observation';
import { describe, expect, it } from 'vitest';
import { bisectRoot } from './bisect-root.ts';
import { estimatedWbgt, estimateSensors } from './estimated-wbgt.ts';
import reference from './samples/estimated-wbgt.json' with { type: 'json' };
import sunReference from './samples/solar-position.json' with { type: 'json' };
import { solarPosition } from './solar-position.ts';

type Row = [string, number, number, number, number, number, number, number, number, number, number, number];
const rows = reference.rows as Row[];

function weatherOf([, , , celsius, humidity, wind, height, radiation, pressure]: Row) {
  return {
    airTemperatureCelsius: celsius,
    relativeHumidityPercent: humidity,
    windSpeedMetresPerSecond: wind,
    windHeightMetres: height,
    globalRadiationWattsPerSquareMetre: radiation,
    pressureHectopascals: pressure,
  };
}

const momentOf = ([time, latitudeDegrees, longitudeDegrees]: Row) => ({
  atMs: Date.parse(time),
  latitudeDegrees,
  longitudeDegrees,
});

const summerNoon = { atMs: Date.UTC(2026, 6, 1, 12), latitudeDegrees: 51, longitudeDegrees: 4 };
const warm = {
  airTemperatureCelsius: 30,
  relativeHumidityPercent: 50,
  windSpeedMetresPerSecond: 2,
  windHeightMetres: 10,
  globalRadiationWattsPerSquareMetre: 800,
  pressureHectopascals: 1013,
};
const decimals = (weather: typeof warm) => ({
  airTemperatureCelsius: decimalFromNumber(weather.airTemperatureCelsius) ?? expect.fail(),
  relativeHumidityPercent: decimalFromNumber(weather.relativeHumidityPercent) ?? expect.fail(),
  windSpeedMetresPerSecond: decimalFromNumber(weather.windSpeedMetresPerSecond) ?? expect.fail(),
  windHeightMetres: decimalFromNumber(weather.windHeightMetres) ?? expect.fail(),
  globalRadiationWattsPerSquareMetre: decimalFromNumber(weather.globalRadiationWattsPerSquareMetre) ?? expect.fail(),
  pressureHectopascals: decimalFromNumber(weather.pressureHectopascals) ?? expect.fail(),
});

describe('the estimated WBGT', () => {
  it('and its two sensors are within 0.1 K of the reference implementation at 200 points, by day and by night', () => {
    expect(rows).toHaveLength(200);
    for (const row of rows) {
      const [globe, wetBulb, wbgt] = row.slice(9) as [number, number, number];
      const estimate = estimateSensors(weatherOf(row), momentOf(row));
      if (!estimate.ok) expect.fail(`${row}: ${estimate.fault.detail}`);
      expect(Math.abs(estimate.value.globeCelsius - globe), `globe ${row}`).toBeLessThan(0.1);
      expect(Math.abs(estimate.value.naturalWetBulbCelsius - wetBulb), `wet bulb ${row}`).toBeLessThan(0.05);
      expect(Math.abs(estimate.value.wbgtCelsius - wbgt), `WBGT ${row}`).toBeLessThan(0.05);
    }
  });

  it('comes as a decimal at the resolution of the caller', () => {
    for (const row of rows) {
      const value = estimatedWbgt(decimals(weatherOf(row)), momentOf(row), exactDecimal(1, 1));
      expect(value.ok && Math.abs(decimalToNumber(value.value) - row[11])).toBeLessThan(0.05 + 0.05);
      expect(value.ok && value.value.scale <= 1).toBe(true);
    }
  });

  it('rises with the sun and falls with the wind', () => {
    const wbgt = (change: Partial<typeof warm>) => {
      const estimate = estimateSensors({ ...warm, ...change }, summerNoon);
      return estimate.ok ? estimate.value.wbgtCelsius : expect.fail(estimate.fault.detail);
    };
    expect(wbgt({ globalRadiationWattsPerSquareMetre: 0 })).toBeLessThan(wbgt({}));
    expect(wbgt({ windSpeedMetresPerSecond: 8 })).toBeLessThan(wbgt({}));
  });

  it.each([
    [{ airTemperatureCelsius: -0.1 }, 'air-temperature-outside-range'],
    [{ relativeHumidityPercent: 0.9 }, 'relative-humidity-outside-range'],
    [{ windSpeedMetresPerSecond: 30.1 }, 'wind-speed-outside-range'],
    [{ windHeightMetres: 1.9 }, 'wind-height-outside-range'],
    [{ globalRadiationWattsPerSquareMetre: -1 }, 'global-radiation-outside-range'],
    [{ pressureHectopascals: 101.3 }, 'pressure-outside-range'],
  ])('refuses %o with %s', (change, code) => {
    const value = estimatedWbgt(decimals({ ...warm, ...change }), summerNoon, exactDecimal(1, 1));
    expect(value).toMatchObject({ ok: false, fault: { code } });
  });
});

describe('the position of the sun', () => {
  it('is within 0.02 degrees and 0.0002 au of the NREL algorithm at 50 moments', () => {
    const moments = sunReference.rows as [string, number, number, number, number][];
    expect(moments).toHaveLength(50);
    for (const [time, latitude, longitude, zenithDegrees, distance] of moments) {
      const sun = solarPosition(Date.parse(time), latitude, longitude);
      expect(Math.abs((Math.acos(sun.cosineOfZenith) * 180) / Math.PI - zenithDegrees), time).toBeLessThan(0.02);
      expect(Math.abs(sun.distanceAu - distance), time).toBeLessThan(0.0002);
    }
  });
});

describe('bisection', () => {
  it('finds a rising and a falling root, and knows when there is none', () => {
    expect(bisectRoot((x) => x * x - 2, 0, 2, 1e-9)).toBeCloseTo(Math.SQRT2, 8);
    expect(bisectRoot((x) => 2 - x * x, 0, 2, 1e-9)).toBeCloseTo(Math.SQRT2, 8);
    expect(bisectRoot((x) => x * x + 1, -1, 1, 1e-9)).toBeUndefined();
    expect(bisectRoot(() => Number.NaN, -1, 1, 1e-9)).toBeUndefined();
  });
});
