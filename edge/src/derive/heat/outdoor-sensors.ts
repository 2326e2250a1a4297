import { bisectRoot } from './bisect-root.ts';
import {
  airDensity,
  dewPointKelvin,
  evaporationHeat,
  PRANDTL,
  PSYCHROMETRIC_HEAT,
  saturationVapourPressureHectopascals,
  skyEmissivity,
  thermalConductivity,
  vapourDiffusivity,
  viscosity,
} from './moist-air.ts';
import { type SolarLoad, SUN_DOWN_COSINE } from './solar-load.ts';

/** What surrounds the two sensors of a WBGT station, at 2 m above the ground. */
export interface SensorSurroundings {
  readonly airKelvin: number;
  readonly vapourPressureHectopascals: number;
  readonly pressureHectopascals: number;
  readonly windMetresPerSecond: number;
  readonly load: SolarLoad;
}

const STEFAN_BOLTZMANN = 5.6696e-8;
const GLOBE = { emissivity: 0.95, albedo: 0.05, diameterMetres: 0.0508 } as const;
const WICK = { emissivity: 0.95, albedo: 0.4, diameterMetres: 0.007, lengthMetres: 0.0254 } as const;
const GROUND = { emissivity: 0.999, albedo: 0.45 } as const;
const TOLERANCE_KELVIN = 1e-4;

/**
 * Temperature of a 50 mm black globe in kelvin, where radiation and convection balance (Liljegren et al. 2008, the
 * globe's energy balance). Undefined when no temperature from 50 K below to 100 K above the air's balances them.
 */
export function globeKelvin(around: SensorSurroundings): number | undefined {
  const { airKelvin, load } = around;
  const { cosineOfZenith, directShare, globalWattsPerSquareMetre } = load;
  const beam = cosineOfZenith > SUN_DOWN_COSINE ? directShare * (1 / (2 * cosineOfZenith) - 1) : 0;
  const solar =
    (globalWattsPerSquareMetre / (2 * STEFAN_BOLTZMANN * GLOBE.emissivity)) *
    (1 - GLOBE.albedo) *
    (beam + 1 + GROUND.albedo);
  const balance = (globe: number) => {
    const convection = sphereConvection((globe + airKelvin) / 2, around);
    const lost = (convection / (STEFAN_BOLTZMANN * GLOBE.emissivity)) * (globe - airKelvin);
    return globe ** 4 + lost - thermalRadiation(around) - solar;
  };
  return bisectRoot(balance, airKelvin - 50, airKelvin + 100, TOLERANCE_KELVIN);
}

/**
 * Temperature of a wetted wick in sun and wind in kelvin, where evaporation, convection and radiation balance (Liljegren
 * et al. 2008, the wick's energy balance). Undefined when no temperature from 30 K below the dew point to 30 K above
 * the air's balances them.
 */
export function naturalWetBulbKelvin(around: SensorSurroundings): number | undefined {
  const { airKelvin, vapourPressureHectopascals, pressureHectopascals } = around;
  const solar = wickSolarGain(around.load);
  const balance = (wick: number) => {
    const film = (wick + airKelvin) / 2;
    const longWave = STEFAN_BOLTZMANN * WICK.emissivity * (thermalRadiation(around) - wick ** 4);
    const wickPressure = saturationVapourPressureHectopascals(wick);
    const schmidt =
      viscosity(film) / (airDensity(film, pressureHectopascals) * vapourDiffusivity(film, pressureHectopascals));
    const cooling =
      (((evaporationHeat(film) / PSYCHROMETRIC_HEAT) * (wickPressure - vapourPressureHectopascals)) /
        (pressureHectopascals - wickPressure)) *
      (PRANDTL / schmidt) ** 0.56;
    return wick - airKelvin + cooling - (longWave + solar) / cylinderConvection(film, around);
  };
  const lowest = dewPointKelvin(vapourPressureHectopascals) - 30;
  return bisectRoot(balance, lowest, airKelvin + 30, TOLERANCE_KELVIN);
}

/** Mean of sky and ground, which is taken to be as warm as the air, in K4. */
function thermalRadiation({ airKelvin, vapourPressureHectopascals }: SensorSurroundings): number {
  return 0.5 * (skyEmissivity(vapourPressureHectopascals) + GROUND.emissivity) * airKelvin ** 4;
}

function wickSolarGain({ cosineOfZenith, directShare, globalWattsPerSquareMetre }: SolarLoad): number {
  const end = (0.25 * WICK.diameterMetres) / WICK.lengthMetres;
  const tangent = cosineOfZenith > SUN_DOWN_COSINE ? Math.tan(Math.acos(Math.min(cosineOfZenith, 1))) : 0;
  const geometry = (1 - directShare) * (1 + end) + directShare * (tangent / Math.PI + end) + GROUND.albedo;
  return (1 - WICK.albedo) * globalWattsPerSquareMetre * geometry;
}

/** W/(m2 K) */
function sphereConvection(filmKelvin: number, around: SensorSurroundings): number {
  const nusselt = 2 + 0.6 * Math.sqrt(reynolds(filmKelvin, GLOBE.diameterMetres, around)) * PRANDTL ** (1 / 3);
  return (nusselt * thermalConductivity(filmKelvin)) / GLOBE.diameterMetres;
}

/** W/(m2 K) */
function cylinderConvection(filmKelvin: number, around: SensorSurroundings): number {
  const nusselt = 0.281 * reynolds(filmKelvin, WICK.diameterMetres, around) ** 0.6 * PRANDTL ** 0.44;
  return (nusselt * thermalConductivity(filmKelvin)) / WICK.diameterMetres;
}

function reynolds(filmKelvin: number, diameterMetres: number, around: SensorSurroundings): number {
  const density = airDensity(filmKelvin, around.pressureHectopascals);
  return (around.windMetresPerSecond * density * diameterMetres) / viscosity(filmKelvin);
}
