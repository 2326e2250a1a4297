import type { SolarPosition } from './solar-position.ts';

export interface SolarLoad {
  /** Global horizontal radiation in W/m2, bounded by what the sun can give. */
  readonly globalWattsPerSquareMetre: number;
  /** Share of it that comes straight from the sun, 0 to 0.9. */
  readonly directShare: number;
  readonly cosineOfZenith: number;
}

const SOLAR_CONSTANT = 1367;
/** Cosine of 89.5 degrees: nearer to the horizon the sun counts as down. */
export const SUN_DOWN_COSINE = 0.00873;
const CLEAREST_SKY = 0.85;
const DIRECT_SHARE_MAX = 0.9;

/**
 * How much of the measured radiation is direct: Liljegren et al. (2008), the fit exp(3 - 1.34 S - 1.65 / S) on the share
 * S of the radiation at the top of the atmosphere, which is held to 0.85.
 */
export function solarLoad(measuredWattsPerSquareMetre: number, sun: SolarPosition): SolarLoad {
  const { cosineOfZenith } = sun;
  if (cosineOfZenith < SUN_DOWN_COSINE) {
    return { globalWattsPerSquareMetre: measuredWattsPerSquareMetre, directShare: 0, cosineOfZenith };
  }
  const topOfAtmosphere = (SOLAR_CONSTANT * cosineOfZenith) / sun.distanceAu ** 2;
  const share = Math.min(measuredWattsPerSquareMetre / topOfAtmosphere, CLEAREST_SKY);
  const direct = share > 0 ? Math.exp(3 - 1.34 * share - 1.65 / share) : 0;
  return {
    globalWattsPerSquareMetre: share * topOfAtmosphere,
    directShare: Math.min(direct, DIRECT_SHARE_MAX),
    cosineOfZenith,
  };
}
