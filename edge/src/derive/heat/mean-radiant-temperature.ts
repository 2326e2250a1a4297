const STEFAN_BOLTZMANN = 5.67e-8;
const GLOBE_EMISSIVITY = 0.95;
const KELVIN = 273.15;

export interface GlobeReading {
  readonly airTemperatureCelsius: number;
  readonly globeTemperatureCelsius: number;
  /** At the height of the globe. */
  readonly windSpeedMetresPerSecond: number;
  readonly globeDiameterMetres: number;
}

/**
 * Mean radiant temperature in °C from a black globe (ISO 7726:1998 annex B): the larger of natural and forced
 * convection, emissivity 0.95. NaN where the globe is so much colder than the air that no radiation balances it.
 */
export function meanRadiantTemperature(reading: GlobeReading): number {
  const { airTemperatureCelsius, globeTemperatureCelsius, windSpeedMetresPerSecond, globeDiameterMetres } = reading;
  const excess = globeTemperatureCelsius - airTemperatureCelsius;
  const natural = 1.4 * (Math.abs(excess) / globeDiameterMetres) ** 0.25;
  const forced = (6.3 * windSpeedMetresPerSecond ** 0.6) / globeDiameterMetres ** 0.4;
  const convection = Math.max(natural, forced);
  const fourthPower =
    (globeTemperatureCelsius + KELVIN) ** 4 + (convection * excess) / (GLOBE_EMISSIVITY * STEFAN_BOLTZMANN);
  return fourthPower ** 0.25 - KELVIN;
}
