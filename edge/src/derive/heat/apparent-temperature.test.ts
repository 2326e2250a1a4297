import { decimalFromNumber, decimalToNumber, exactDecimal } from '@meetbrug/protocols/observation';
import { describe, expect, it } from 'vitest';
import { apparentTemperature } from './apparent-temperature.ts';
import reference from './samples/apparent-temperature.json' with { type: 'json' };

function apparent(celsius: number, humidity: number, wind: number, height = 10) {
  const read = (value: number) => decimalFromNumber(value) ?? expect.fail();
  return apparentTemperature(
    {
      airTemperatureCelsius: read(celsius),
      relativeHumidityPercent: read(humidity),
      windSpeedMetresPerSecond: read(wind),
      windHeightMetres: read(height),
    },
    exactDecimal(1, 3),
  );
}

describe('the apparent temperature', () => {
  it('is within 0.1 K of the reference implementation at 100 points', () => {
    const rows = reference.rows as [number, number, number, number][];
    expect(rows).toHaveLength(100);
    for (const [celsius, humidity, wind, expected] of rows) {
      const value = apparent(celsius, humidity, wind);
      expect(value.ok && Math.abs(decimalToNumber(value.value) - expected), `${celsius} ${humidity}`).toBeLessThan(0.1);
      expect(value.ok).toBe(true);
    }
  });

  it('brings the wind to 10 m', () => {
    const low = apparent(25, 50, 3, 2);
    const high = apparent(25, 50, 3, 10);
    expect(high.ok && low.ok && decimalToNumber(high.value) - decimalToNumber(low.value)).toBeCloseTo(0.638, 3);
  });

  it.each([
    [60.1, 50, 1, 10, 'air-temperature-outside-range'],
    [20, 100.1, 1, 10, 'relative-humidity-outside-range'],
    [20, 50, -0.1, 10, 'wind-speed-outside-range'],
    [20, 50, 1, 0.4, 'wind-height-outside-range'],
  ])('refuses %d °C, %d %%, %d m/s at %d m with %s', (celsius, humidity, wind, height, code) => {
    expect(apparent(celsius, humidity, wind, height)).toMatchObject({ ok: false, fault: { code } });
  });
});
