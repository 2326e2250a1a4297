import { decimalFromNumber, decimalToNumber, exactDecimal } from '@meetbrug/protocols/observation';
import { describe, expect, it } from 'vitest';
import { meanRadiantTemperature } from './mean-radiant-temperature.ts';
import radiantReference from './samples/mean-radiant-temperature.json' with { type: 'json' };
import reference from './samples/utci.json' with { type: 'json' };
import { type RadiantSource, utci } from './utci.ts';
import { UTCI_COEFFICIENTS } from './utci-coefficients.ts';

const thousandth = exactDecimal(1, 3);
const read = (value: number) => decimalFromNumber(value) ?? expect.fail();
const radiantOf = (celsius: number): RadiantSource => ({
  kind: 'mean-radiant-temperature',
  meanRadiantCelsius: read(celsius),
});

function air(celsius: number, humidity: number, wind: number, windHeightMetres = 10) {
  return {
    airTemperatureCelsius: read(celsius),
    relativeHumidityPercent: read(humidity),
    windSpeedMetresPerSecond: read(wind),
    windHeightMetres: read(windHeightMetres),
  };
}

describe('the UTCI', () => {
  it('has a coefficient for each monomial of four variables up to the sixth degree', () => {
    expect(UTCI_COEFFICIENTS).toHaveLength(210);
  });

  it('is within 0.1 K of the reference implementation at 200 points', () => {
    const rows = reference.rows as [number, number, number, number, number][];
    expect(rows).toHaveLength(200);
    for (const [celsius, radiant, wind, humidity, expected] of rows) {
      const value = utci(air(celsius, humidity, wind), radiantOf(radiant), thousandth);
      expect(value.ok && Math.abs(decimalToNumber(value.value) - expected), `${celsius} ${radiant}`).toBeLessThan(0.1);
      expect(value.ok).toBe(true);
    }
  });

  it('takes a wind of 2 m as the stronger wind of 10 m', () => {
    const atTenMetres = utci(air(30, 50, 3.91), radiantOf(40), exactDecimal(1, 1));
    const atTwoMetres = utci(air(30, 50, 3, 2), radiantOf(40), exactDecimal(1, 1));
    expect(atTwoMetres).toEqual(atTenMetres);
    expect(atTwoMetres).not.toEqual(utci(air(30, 50, 3), radiantOf(40), exactDecimal(1, 1)));
  });

  it('takes a globe that is as warm as the air for shade', () => {
    const globe: RadiantSource = {
      kind: 'globe',
      globeTemperatureCelsius: read(30),
      globeDiameterMetres: read(0.15),
      globeHeightMetres: read(2),
    };
    const shade = utci(air(30, 50, 2), { kind: 'air-temperature' }, thousandth);
    expect(shade.ok).toBe(true);
    expect(utci(air(30, 50, 2), globe, thousandth)).toEqual(shade);
    const sunny = utci(air(30, 50, 2), { ...globe, globeTemperatureCelsius: read(42) }, thousandth);
    expect(sunny.ok && shade.ok && decimalToNumber(sunny.value) - decimalToNumber(shade.value)).toBeGreaterThan(5);
  });

  it.each([
    ['air', air(50.1, 10, 2), radiantOf(50), 'air-temperature-outside-range'],
    ['humidity', air(20, 101, 2), radiantOf(20), 'relative-humidity-outside-range'],
    ['calm', air(20, 50, 0.4), radiantOf(20), 'wind-speed-outside-range'],
    ['storm', air(20, 50, 17.1), radiantOf(20), 'wind-speed-outside-range'],
    ['wind height', air(20, 50, 2, 0.1), radiantOf(20), 'wind-height-outside-range'],
    ['radiation', air(20, 50, 2), radiantOf(90.1), 'mean-radiant-temperature-outside-range'],
    ['vapour', air(40, 80, 2), radiantOf(40), 'vapour-pressure-outside-range'],
  ])('refuses what lies outside its range: %s', (_, weather, radiant, code) => {
    expect(utci(weather, radiant, thousandth)).toMatchObject({ ok: false, fault: { code } });
  });

  it('refuses a globe that no radiation can balance', () => {
    const frozen: RadiantSource = {
      kind: 'globe',
      globeTemperatureCelsius: read(-50),
      globeDiameterMetres: read(0.05),
      globeHeightMetres: read(2),
    };
    expect(utci(air(40, 20, 10), frozen, thousandth)).toMatchObject({
      ok: false,
      fault: { code: 'mean-radiant-temperature-outside-range' },
    });
  });
});

describe('the mean radiant temperature', () => {
  it('is within 0.1 K of the reference implementation at 100 points', () => {
    const rows = radiantReference.rows as [number, number, number, number, number][];
    expect(rows).toHaveLength(100);
    for (const [celsius, globe, wind, diameter, expected] of rows) {
      const value = meanRadiantTemperature({
        airTemperatureCelsius: celsius,
        globeTemperatureCelsius: globe,
        windSpeedMetresPerSecond: wind,
        globeDiameterMetres: diameter,
      });
      expect(Math.abs(value - expected), `${celsius} ${globe} ${wind} ${diameter}`).toBeLessThan(0.1);
    }
  });
});
