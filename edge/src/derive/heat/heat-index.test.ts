import { decimalFromNumber, decimalToNumber, exactDecimal } from '@meetbrug/protocols/observation';
import { describe, expect, it } from 'vitest';
import { heatIndex, heatIndexFahrenheit } from './heat-index.ts';
import reference from './samples/nws-heat-index.json' with { type: 'json' };
import chart from './samples/nws-heat-index-chart.json' with { type: 'json' };

const thousandth = exactDecimal(1, 3);
const toFahrenheit = (celsius: number) => (celsius * 9) / 5 + 32;

function heatIndexOf(airTemperatureCelsius: number, relativeHumidityPercent: number) {
  const number = (value: number) => decimalFromNumber(Number(value.toFixed(6))) ?? expect.fail();
  return heatIndex(
    {
      airTemperatureCelsius: number(airTemperatureCelsius),
      relativeHumidityPercent: number(relativeHumidityPercent),
    },
    thousandth,
  );
}

describe('the heat index', () => {
  it('is within 0.1 °F of an independent implementation at 200 points, through degrees Celsius', () => {
    const rows = reference.rows as [number, number, number][];
    expect(rows).toHaveLength(200);
    for (const [fahrenheit, humidity, expected] of rows) {
      const value = heatIndexOf(((fahrenheit - 32) * 5) / 9, humidity);
      expect(value.ok, `${fahrenheit} °F, ${humidity} %`).toBe(true);
      if (value.ok) {
        const difference = Math.abs(toFahrenheit(decimalToNumber(value.value)) - expected);
        expect(difference, `${fahrenheit} °F, ${humidity} %`).toBeLessThan(0.1);
      }
    }
  });

  const cells = (chart.rows as [number, number[]][]).flatMap(([humidity, printed]) =>
    printed.map((expected, column) => ({ fahrenheit: 80 + 2 * column, humidity, expected })),
  );

  it('is within one whole degree of every cell of the chart of the National Weather Service', () => {
    expect(cells).toHaveLength(135);
    for (const { fahrenheit, humidity, expected } of cells) {
      const value = heatIndexFahrenheit(fahrenheit, humidity);
      expect(Math.abs(Math.round(value) - expected), `${fahrenheit} °F, ${humidity} %`).toBeLessThanOrEqual(1);
      expect(Math.abs(value - expected), 'the error that NWS itself states').toBeLessThanOrEqual(1.3);
    }
  });

  it.each([
    ['the simple formula just below the switch', 80, 40, 79.58],
    ['the regression just above the switch', 81, 50, 81.7357],
    ['the dry adjustment', 95, 10, 89.4496],
    ['no dry adjustment at 13 %', 95, 13, 90.4111],
    ['the humid adjustment', 82, 95, 93.9722],
    ['no humid adjustment at 85 %', 82, 85, 90.0979],
  ])('takes %s, as thermofeel 2.3.0 does', (_, fahrenheit, humidity, expected) => {
    expect(heatIndexFahrenheit(fahrenheit, humidity)).toBeCloseTo(expected, 3);
  });

  it.each([
    [19.9, 50, 'air-temperature-outside-range'],
    [50.1, 50, 'air-temperature-outside-range'],
    [30, 100.1, 'relative-humidity-outside-range'],
    [30, -1, 'relative-humidity-outside-range'],
    [45, 90, 'result-outside-range'],
  ])('refuses %d °C at %d %% with %s', (celsius, humidity, code) => {
    expect(heatIndexOf(celsius, humidity)).toMatchObject({ ok: false, fault: { code } });
  });

  it('rounds half-even to the resolution that the caller gives', () => {
    const inputs = { airTemperatureCelsius: exactDecimal(30), relativeHumidityPercent: exactDecimal(60) };
    expect(heatIndex(inputs, exactDecimal(5, 1))).toEqual({ ok: true, value: exactDecimal(33) });
  });
});
