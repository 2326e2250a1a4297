import type { SolarLoad } from './solar-load.ts';

const REFERENCE_HEIGHT_METRES = 2;
/** Below this the convection formulas for the globe and the wick no longer hold. */
const LOWEST_WIND_METRES_PER_SECOND = 0.13;

interface WindBin {
  readonly fromMetresPerSecond: number;
  /** Urban power-law exponents by radiation: from 925, from 675, from 175 and below 175 W/m2. */
  readonly exponents: readonly [number, number, number, number];
}

/**
 * Urban exponents of the stability classes that solar radiation and wind speed give (EPA-454/R-99-005 section 6.4.4;
 * Liljegren et al. 2008), strongest wind first.
 */
const BY_DAY: readonly WindBin[] = [
  { fromMetresPerSecond: 6, exponents: [0.2, 0.25, 0.25, 0.25] },
  { fromMetresPerSecond: 5, exponents: [0.2, 0.2, 0.25, 0.25] },
  { fromMetresPerSecond: 3, exponents: [0.15, 0.15, 0.2, 0.25] },
  { fromMetresPerSecond: 2, exponents: [0.15, 0.15, 0.2, 0.25] },
  { fromMetresPerSecond: 0, exponents: [0.15, 0.15, 0.15, 0.25] },
];
const NIGHT_WINDY_METRES_PER_SECOND = 2.5;
const NIGHT_WINDY_EXPONENT = 0.25;
const NIGHT_CALM_EXPONENT = 0.3;

/** Wind speed in m/s at 2 m over a town, never below 0.13; a wind that was measured at 2 m is taken as it is. */
export function windAtTwoMetres(metresPerSecond: number, heightMetres: number, load: SolarLoad): number {
  const factor =
    heightMetres === REFERENCE_HEIGHT_METRES
      ? 1
      : (REFERENCE_HEIGHT_METRES / heightMetres) ** windExponent(metresPerSecond, load);
  return Math.max(metresPerSecond * factor, LOWEST_WIND_METRES_PER_SECOND);
}

function windExponent(metresPerSecond: number, { cosineOfZenith, globalWattsPerSquareMetre }: SolarLoad): number {
  if (cosineOfZenith <= 0) {
    return metresPerSecond >= NIGHT_WINDY_METRES_PER_SECOND ? NIGHT_WINDY_EXPONENT : NIGHT_CALM_EXPONENT;
  }
  const bin = BY_DAY.find(({ fromMetresPerSecond }) => metresPerSecond >= fromMetresPerSecond);
  if (bin === undefined) throw new RangeError(`${metresPerSecond} m/s is no wind speed`);
  const [strong, moderate, slight, weak] = bin.exponents;
  if (globalWattsPerSquareMetre >= 925) return strong;
  if (globalWattsPerSquareMetre >= 675) return moderate;
  return globalWattsPerSquareMetre >= 175 ? slight : weak;
}
