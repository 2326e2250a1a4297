import type { EpochMs } from '@meetbrug/protocols/observation';

export interface SolarPosition {
  /** Cosine of the angle between the sun and the zenith, without refraction; negative below the horizon. */
  readonly cosineOfZenith: number;
  /** Distance between sun and earth in astronomical units. */
  readonly distanceAu: number;
}

const J2000_MS = Date.UTC(2000, 0, 1, 12);
const DAY_MS = 86_400_000;
const RADIANS = Math.PI / 180;

/**
 * Where the sun stands, by the low-precision formulas of the Astronomical Almanac: Michalsky (1988), "The Astronomical
 * Almanac's algorithm for approximate solar position (1950-2050)", good to 0.01 degree. Degrees north and east.
 */
export function solarPosition(atMs: EpochMs, latitudeDegrees: number, longitudeDegrees: number): SolarPosition {
  const days = (atMs - J2000_MS) / DAY_MS;
  const meanAnomaly = (357.528 + 0.9856003 * days) * RADIANS;
  const meanLongitudeDegrees = 280.46 + 0.9856474 * days;
  const eclipticLongitude =
    (meanLongitudeDegrees + 1.915 * Math.sin(meanAnomaly) + 0.02 * Math.sin(2 * meanAnomaly)) * RADIANS;
  const obliquity = (23.439 - 4e-7 * days) * RADIANS;
  const rightAscension = Math.atan2(Math.cos(obliquity) * Math.sin(eclipticLongitude), Math.cos(eclipticLongitude));
  const declination = Math.asin(Math.sin(obliquity) * Math.sin(eclipticLongitude));

  const siderealDegrees = 280.46062 + 360.98564737 * days;
  const hourAngle = (siderealDegrees + longitudeDegrees) * RADIANS - rightAscension;
  const latitude = latitudeDegrees * RADIANS;
  return {
    cosineOfZenith:
      Math.sin(declination) * Math.sin(latitude) + Math.cos(declination) * Math.cos(latitude) * Math.cos(hourAngle),
    distanceAu: 1.00014 - 0.01671 * Math.cos(meanAnomaly) - 0.00014 * Math.cos(2 * meanAnomaly),
  };
}
