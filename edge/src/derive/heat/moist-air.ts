/** Properties of moist air as Liljegren et al. (2008) use them. Temperatures in kelvin, pressures in hPa. */

const SPECIFIC_HEAT = 1003.5;
const MOLAR_MASS_AIR = 28.97;
const MOLAR_MASS_WATER = 18.015;
const GAS_CONSTANT_AIR = 8314.34 / MOLAR_MASS_AIR;
const EUCKEN_FACTOR = SPECIFIC_HEAT + 1.25 * GAS_CONSTANT_AIR;

export const PRANDTL = SPECIFIC_HEAT / EUCKEN_FACTOR;
/** Specific heat of air times the ratio of the molar masses of air and water, J/(kg K). */
export const PSYCHROMETRIC_HEAT = (SPECIFIC_HEAT * MOLAR_MASS_AIR) / MOLAR_MASS_WATER;

/** Saturation vapour pressure over water in hPa: Buck (1981), with his enhancement factor. */
export function saturationVapourPressureHectopascals(kelvin: number): number {
  return 1.004 * 6.1121 * Math.exp((17.502 * (kelvin - 273.15)) / (kelvin - 32.18));
}

/** Dew point in kelvin: the inverse of the saturation vapour pressure. */
export function dewPointKelvin(vapourPressureHectopascals: number): number {
  const logarithm = Math.log(vapourPressureHectopascals / (1.004 * 6.1121));
  return 273.15 + (240.97 * logarithm) / (17.502 - logarithm);
}

/** kg/m3 */
export function airDensity(kelvin: number, pressureHectopascals: number): number {
  return (pressureHectopascals * 100) / (GAS_CONSTANT_AIR * kelvin);
}

/** Dynamic viscosity in kg/(m s): Bird, Stewart and Lightfoot, Lennard-Jones parameters of air. */
export function viscosity(kelvin: number): number {
  const collisionIntegral = ((kelvin / 97 - 2.9) / 0.4) * -0.034 + 1.048;
  return (2.6693e-6 * Math.sqrt(MOLAR_MASS_AIR * kelvin)) / (3.617 ** 2 * collisionIntegral);
}

/** W/(m K): Eucken. */
export function thermalConductivity(kelvin: number): number {
  return EUCKEN_FACTOR * viscosity(kelvin);
}

/** Diffusivity of water vapour in air in m2/s: Bird, Stewart and Lightfoot, from the critical points of both. */
export function vapourDiffusivity(kelvin: number, pressureHectopascals: number): number {
  const criticalPressures = (36.4 * 218) ** (1 / 3);
  const criticalTemperatures = 132 * 647.3;
  const masses = Math.sqrt(1 / MOLAR_MASS_AIR + 1 / MOLAR_MASS_WATER);
  const reduced = (kelvin / Math.sqrt(criticalTemperatures)) ** 2.334;
  const atmospheres = pressureHectopascals / 1013.25;
  return (3.64e-8 * reduced * criticalPressures * criticalTemperatures ** (5 / 12) * masses) / atmospheres;
}

/** Heat of evaporation in J/kg, fitted between 283 and 313 K. */
export function evaporationHeat(kelvin: number): number {
  return ((313.15 - kelvin) / 30) * -71_100 + 2.4073e6;
}

/** Emissivity of a clear sky: Oke, from the vapour pressure of the air. */
export function skyEmissivity(vapourPressureHectopascals: number): number {
  return 0.575 * vapourPressureHectopascals ** 0.143;
}
