/** Roughness length of the UTCI's reference environment: an open field (Bröde et al. 2012). */
const ROUGHNESS_METRES = 0.01;

/**
 * Wind speed at another height, by the logarithmic profile that the UTCI prescribes (Bröde et al. 2012): speeds in m/s,
 * heights in metres, both above 0.01 m.
 */
export function windSpeedAtHeight(metresPerSecond: number, fromMetres: number, toMetres: number): number {
  return (metresPerSecond * Math.log(toMetres / ROUGHNESS_METRES)) / Math.log(fromMetres / ROUGHNESS_METRES);
}
