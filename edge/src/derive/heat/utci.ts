import { type Decimal, decimalToNumber } from '@meetbrug/protocols/observation';
import { ok, type Result } from '@meetbrug/protocols/result';
import { meanRadiantTemperature } from './mean-radiant-temperature.ts';
import { saturationVapourPressureKilopascals } from './saturation-vapour-pressure.ts';
import { UTCI_COEFFICIENTS, UTCI_DEGREE } from './utci-coefficients.ts';
import { checkValidity, type HeatFault, readInputs, toResolution, type Validity } from './validity.ts';
import { windSpeedAtHeight } from './wind-profile.ts';

/** Bröde et al. (2012) and the operational program UTCI_a002; the wind speed is the one at 10 m. */
export const UTCI_VALIDITY = {
  airTemperatureCelsius: [-50, 50],
  relativeHumidityPercent: [0, 100],
  windSpeedMetresPerSecond: [0.5, 17],
  radiantExcessKelvin: [-30, 70],
  vapourPressureKilopascals: [0, 5],
} as const satisfies Validity<
  | 'airTemperatureCelsius'
  | 'relativeHumidityPercent'
  | 'windSpeedMetresPerSecond'
  | 'radiantExcessKelvin'
  | 'vapourPressureKilopascals'
>;

/** Instruments that the conversion to mean radiant temperature (ISO 7726) and to wind at 10 m is meant for. */
const AIR_VALIDITY = {
  airTemperatureCelsius: UTCI_VALIDITY.airTemperatureCelsius,
  relativeHumidityPercent: UTCI_VALIDITY.relativeHumidityPercent,
  windHeightMetres: [0.5, 100],
  windSpeedMetresPerSecond: [0, 60],
} as const;
const GLOBE_VALIDITY = {
  globeTemperatureCelsius: [-50, 120],
  globeDiameterMetres: [0.03, 0.15],
  globeHeightMetres: [0.5, 100],
} as const;

/** Where the mean radiant temperature comes from: it belongs in the procedure of the datastream. */
export type RadiantSource =
  | { readonly kind: 'mean-radiant-temperature'; readonly meanRadiantCelsius: Decimal }
  /** A black globe (ISO 7726), with its own diameter and height. */
  | ({ readonly kind: 'globe' } & Readonly<Record<keyof typeof GLOBE_VALIDITY, Decimal>>)
  /** The assumption that all surroundings have the temperature of the air, as in full shade under cloud. */
  | { readonly kind: 'air-temperature' };

/**
 * Universal Thermal Climate Index in °C: the operational polynomial of Bröde et al. (2012), "Deriving the operational
 * procedure for the Universal Thermal Climate Index", doi:10.1007/s00484-011-0454-1. The wind is measured at
 * `windHeightMetres` and brought to 10 m. A fault for anything outside {@link UTCI_VALIDITY}.
 */
export function utci(
  air: Readonly<Record<keyof typeof AIR_VALIDITY, Decimal>>,
  radiant: RadiantSource,
  resolution: Decimal,
): Result<Decimal, HeatFault> {
  const read = readInputs(air, AIR_VALIDITY);
  if (!read.ok) return read;
  const { airTemperatureCelsius, relativeHumidityPercent, windSpeedMetresPerSecond, windHeightMetres } = read.value;
  const meanRadiant = meanRadiantFrom(radiant, read.value);
  if (!meanRadiant.ok) return meanRadiant;
  const saturation = saturationVapourPressureKilopascals(airTemperatureCelsius);
  const conditions = checkValidity(
    {
      airTemperatureCelsius,
      relativeHumidityPercent,
      windSpeedMetresPerSecond: windSpeedAtHeight(windSpeedMetresPerSecond, windHeightMetres, 10),
      radiantExcessKelvin: meanRadiant.value - airTemperatureCelsius,
      vapourPressureKilopascals: (saturation * relativeHumidityPercent) / 100,
    },
    UTCI_VALIDITY,
  );
  return conditions.ok ? toResolution(utciPolynomial(conditions.value), resolution) : conditions;
}

function meanRadiantFrom(
  radiant: RadiantSource,
  air: Readonly<Record<keyof typeof AIR_VALIDITY, number>>,
): Result<number, HeatFault> {
  if (radiant.kind === 'air-temperature') return ok(air.airTemperatureCelsius);
  if (radiant.kind === 'mean-radiant-temperature') return ok(decimalToNumber(radiant.meanRadiantCelsius));
  const globe = readInputs<keyof typeof GLOBE_VALIDITY>(radiant, GLOBE_VALIDITY);
  if (!globe.ok) return globe;
  const { globeTemperatureCelsius, globeDiameterMetres, globeHeightMetres } = globe.value;
  const wind = windSpeedAtHeight(air.windSpeedMetresPerSecond, air.windHeightMetres, globeHeightMetres);
  return ok(
    meanRadiantTemperature({
      airTemperatureCelsius: air.airTemperatureCelsius,
      globeTemperatureCelsius,
      windSpeedMetresPerSecond: wind,
      globeDiameterMetres,
    }),
  );
}

/** Sixth-degree polynomial in air temperature, wind, radiant excess and vapour pressure, added to the air temperature. */
function utciPolynomial(conditions: Readonly<Record<keyof typeof UTCI_VALIDITY, number>>): number {
  const { airTemperatureCelsius, windSpeedMetresPerSecond, radiantExcessKelvin, vapourPressureKilopascals } =
    conditions;
  let offset = 0;
  let term = 0;
  for (let p = 0; p <= UTCI_DEGREE; p += 1) {
    for (let d = 0; p + d <= UTCI_DEGREE; d += 1) {
      for (let v = 0; p + d + v <= UTCI_DEGREE; v += 1) {
        const factor = vapourPressureKilopascals ** p * radiantExcessKelvin ** d * windSpeedMetresPerSecond ** v;
        for (let t = 0; p + d + v + t <= UTCI_DEGREE; t += 1) {
          offset += (UTCI_COEFFICIENTS[term] ?? 0) * factor * airTemperatureCelsius ** t;
          term += 1;
        }
      }
    }
  }
  return airTemperatureCelsius + offset;
}
