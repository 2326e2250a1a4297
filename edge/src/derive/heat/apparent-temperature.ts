import type { Decimal } from '@meetbrug/protocols/observation';
import type { Result } from '@meetbrug/protocols/result';
import { type HeatFault, readInputs, toResolution, type Validity } from './validity.ts';
import { windSpeedAtHeight } from './wind-profile.ts';

/** The formula is empirical and its authors state no bounds: these are what stations in Flanders can meet. */
export const APPARENT_TEMPERATURE_VALIDITY = {
  airTemperatureCelsius: [-40, 60],
  relativeHumidityPercent: [0, 100],
  windSpeedMetresPerSecond: [0, 60],
  windHeightMetres: [0.5, 100],
} as const satisfies Validity<
  'airTemperatureCelsius' | 'relativeHumidityPercent' | 'windSpeedMetresPerSecond' | 'windHeightMetres'
>;

/**
 * Apparent temperature in °C without radiation, as the Australian Bureau of Meteorology publishes it after Steadman
 * (1994), "Norms of apparent temperature in Australia": Ta + 0.33 e - 0.70 ws - 4.00, e in hPa, wind at 10 m.
 */
export function apparentTemperature(
  inputs: Readonly<Record<keyof typeof APPARENT_TEMPERATURE_VALIDITY, Decimal>>,
  resolution: Decimal,
): Result<Decimal, HeatFault> {
  const read = readInputs(inputs, APPARENT_TEMPERATURE_VALIDITY);
  if (!read.ok) return read;
  const { airTemperatureCelsius: t, relativeHumidityPercent, windSpeedMetresPerSecond, windHeightMetres } = read.value;
  const vapourPressureHectopascals = (relativeHumidityPercent / 100) * 6.105 * Math.exp((17.27 * t) / (237.7 + t));
  const windAt10Metres = windSpeedAtHeight(windSpeedMetresPerSecond, windHeightMetres, 10);
  return toResolution(t + 0.33 * vapourPressureHectopascals - 0.7 * windAt10Metres - 4, resolution);
}
