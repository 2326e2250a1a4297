import type { Decimal } from '@meetbrug/protocols/observation';
import { fail, type Result } from '@meetbrug/protocols/result';
import { type HeatFault, readInputs, toResolution, type Validity } from './validity.ts';

/** 20 to 50 °C: the temperatures of Steadman's table (1979), to which the formulas were fitted. */
export const HEAT_INDEX_VALIDITY = {
  airTemperatureCelsius: [20, 50],
  relativeHumidityPercent: [0, 100],
} as const satisfies Validity<'airTemperatureCelsius' | 'relativeHumidityPercent'>;

/** The highest value that the chart of the National Weather Service prints; beyond it the regression runs away. */
const HIGHEST_CHARTED_FAHRENHEIT = 137;

/**
 * Heat index of the US National Weather Service in °C, from air temperature (°C) and relative humidity (%).
 * A fault outside {@link HEAT_INDEX_VALIDITY}, and `result-outside-range` above 137 °F (58.3 °C).
 */
export function heatIndex(
  inputs: Readonly<Record<keyof typeof HEAT_INDEX_VALIDITY, Decimal>>,
  resolution: Decimal,
): Result<Decimal, HeatFault> {
  const read = readInputs(inputs, HEAT_INDEX_VALIDITY);
  if (!read.ok) return read;
  const { airTemperatureCelsius, relativeHumidityPercent } = read.value;
  const fahrenheit = heatIndexFahrenheit((airTemperatureCelsius * 9) / 5 + 32, relativeHumidityPercent);
  if (fahrenheit > HIGHEST_CHARTED_FAHRENHEIT) {
    return fail('result-outside-range', `${fahrenheit} degF; the chart ends at ${HIGHEST_CHARTED_FAHRENHEIT}`);
  }
  return toResolution(((fahrenheit - 32) * 5) / 9, resolution);
}

/**
 * The algorithm as published (Weather Prediction Center, "The Heat Index Equation"; Rothfusz 1990, NWS SR 90-23): the
 * simple formula is computed first and averaged with the temperature; from 80 °F on the regression and its adjustments
 * apply, below it the simple formula stands. Inputs in °F and %, result in °F.
 */
export function heatIndexFahrenheit(airTemperatureFahrenheit: number, relativeHumidityPercent: number): number {
  const t = airTemperatureFahrenheit;
  const simple = 0.5 * (t + 61 + (t - 68) * 1.2 + relativeHumidityPercent * 0.094);
  if ((simple + t) / 2 < 80) return simple;
  return rothfuszRegression(t, relativeHumidityPercent) + adjustment(t, relativeHumidityPercent);
}

function rothfuszRegression(t: number, rh: number): number {
  return (
    -42.379 +
    2.04901523 * t +
    10.14333127 * rh -
    0.22475541 * t * rh -
    0.00683783 * t * t -
    0.05481717 * rh * rh +
    0.00122874 * t * t * rh +
    0.00085282 * t * rh * rh -
    0.00000199 * t * t * rh * rh
  );
}

function adjustment(t: number, rh: number): number {
  if (rh < 13 && t >= 80 && t <= 112) return -((13 - rh) / 4) * Math.sqrt((17 - Math.abs(t - 95)) / 17);
  if (rh > 85 && t >= 80 && t <= 87) return ((rh - 85) / 10) * ((87 - t) / 5);
  return 0;
}
