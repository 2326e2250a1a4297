import type { Decimal, EpochMs } from '@meetbrug/protocols/observation';
import { fail, ok, type Result } from '@meetbrug/protocols/result';
import { saturationVapourPressureHectopascals } from './moist-air.ts';
import { globeKelvin, naturalWetBulbKelvin, type SensorSurroundings } from './outdoor-sensors.ts';
import { solarLoad } from './solar-load.ts';
import { solarPosition } from './solar-position.ts';
import { type HeatFault, readInputs, toResolution, type Validity } from './validity.ts';
import { windAtTwoMetres } from './wind-at-two-metres.ts';

/** The property formulas of the model are fitted for warm weather; the station stands near sea level. */
export const ESTIMATED_WBGT_VALIDITY = {
  airTemperatureCelsius: [0, 50],
  relativeHumidityPercent: [1, 100],
  windSpeedMetresPerSecond: [0, 30],
  windHeightMetres: [2, 100],
  globalRadiationWattsPerSquareMetre: [0, 1400],
  pressureHectopascals: [850, 1100],
} as const satisfies Validity<
  | 'airTemperatureCelsius'
  | 'relativeHumidityPercent'
  | 'windSpeedMetresPerSecond'
  | 'windHeightMetres'
  | 'globalRadiationWattsPerSquareMetre'
  | 'pressureHectopascals'
>;

type Weather<Value> = Readonly<Record<keyof typeof ESTIMATED_WBGT_VALIDITY, Value>>;

/** When and where: the height of the sun comes from it. Degrees, WGS 84. */
export interface StationMoment {
  readonly atMs: EpochMs;
  readonly latitudeDegrees: number;
  readonly longitudeDegrees: number;
}

export interface EstimatedSensors {
  readonly globeCelsius: number;
  readonly naturalWetBulbCelsius: number;
  readonly wbgtCelsius: number;
}

/**
 * Outdoor WBGT in °C where no globe or wet bulb hangs, from the weather: Liljegren, Carhart, Lawday, Tschopp and Sharp
 * (2008), "Modeling the wet bulb globe temperature using standard meteorological measurements",
 * doi:10.1080/15459620802310770, in an urban setting. An estimate: its datastream must have a procedure of its own.
 * A fault outside {@link ESTIMATED_WBGT_VALIDITY}.
 */
export function estimatedWbgt(
  inputs: Weather<Decimal>,
  moment: StationMoment,
  resolution: Decimal,
): Result<Decimal, HeatFault> {
  const weather = readInputs(inputs, ESTIMATED_WBGT_VALIDITY);
  if (!weather.ok) return weather;
  const sensors = estimateSensors(weather.value, moment);
  return sensors.ok ? toResolution(sensors.value.wbgtCelsius, resolution) : sensors;
}

/** The two sensors and their index as the model sees them, in doubles, for weather within the validity ranges. */
export function estimateSensors(weather: Weather<number>, moment: StationMoment): Result<EstimatedSensors, HeatFault> {
  const sun = solarPosition(moment.atMs, moment.latitudeDegrees, moment.longitudeDegrees);
  const load = solarLoad(weather.globalRadiationWattsPerSquareMetre, sun);
  const airKelvin = weather.airTemperatureCelsius + 273.15;
  const around: SensorSurroundings = {
    airKelvin,
    vapourPressureHectopascals:
      (weather.relativeHumidityPercent / 100) * saturationVapourPressureHectopascals(airKelvin),
    pressureHectopascals: weather.pressureHectopascals,
    windMetresPerSecond: windAtTwoMetres(weather.windSpeedMetresPerSecond, weather.windHeightMetres, load),
    load,
  };
  const globe = globeKelvin(around);
  const wetBulb = naturalWetBulbKelvin(around);
  if (globe === undefined || wetBulb === undefined) return fail('result-outside-range', 'no heat balance was found');
  const globeCelsius = globe - 273.15;
  const naturalWetBulbCelsius = wetBulb - 273.15;
  const wbgtCelsius = 0.7 * naturalWetBulbCelsius + 0.2 * globeCelsius + 0.1 * weather.airTemperatureCelsius;
  return ok({ globeCelsius, naturalWetBulbCelsius, wbgtCelsius });
}
