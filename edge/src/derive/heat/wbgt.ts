import {
  addDecimals,
  type Decimal,
  exactDecimal,
  multiplyDecimals,
  roundHalfEven,
} from '@meetbrug/protocols/observation';
import { fail, ok, type Result } from '@meetbrug/protocols/result';
import { type HeatFault, readInputs, type Validity } from './validity.ts';

/** What the instruments of ISO 7243:2017 cover. */
export const WBGT_VALIDITY = {
  naturalWetBulbCelsius: [5, 40],
  globeTemperatureCelsius: [20, 120],
} as const satisfies Validity<'naturalWetBulbCelsius' | 'globeTemperatureCelsius'>;

export const WBGT_OUTDOORS_VALIDITY = {
  ...WBGT_VALIDITY,
  airTemperatureCelsius: [10, 60],
} as const satisfies Validity<'naturalWetBulbCelsius' | 'globeTemperatureCelsius' | 'airTemperatureCelsius'>;

const WET_BULB_WEIGHT = exactDecimal(7, 1);

/**
 * WBGT with solar load (ISO 7243:2017): 0.7 tnwb + 0.2 tg + 0.1 ta, all °C. Exact decimal arithmetic, rounded
 * half-even once, at the end.
 */
export function wbgtOutdoors(
  inputs: Readonly<Record<keyof typeof WBGT_OUTDOORS_VALIDITY, Decimal>>,
  resolution: Decimal,
): Result<Decimal, HeatFault> {
  const read = readInputs(inputs, WBGT_OUTDOORS_VALIDITY);
  if (!read.ok) return read;
  const terms: Term[] = [
    [WET_BULB_WEIGHT, inputs.naturalWetBulbCelsius],
    [exactDecimal(2, 1), inputs.globeTemperatureCelsius],
    [exactDecimal(1, 1), inputs.airTemperatureCelsius],
  ];
  return weightedSum(terms, resolution);
}

/** WBGT without solar load (ISO 7243:2017): 0.7 tnwb + 0.3 tg, both °C; exact as {@link wbgtOutdoors}. */
export function wbgtIndoors(
  inputs: Readonly<Record<keyof typeof WBGT_VALIDITY, Decimal>>,
  resolution: Decimal,
): Result<Decimal, HeatFault> {
  const read = readInputs(inputs, WBGT_VALIDITY);
  if (!read.ok) return read;
  const terms: Term[] = [
    [WET_BULB_WEIGHT, inputs.naturalWetBulbCelsius],
    [exactDecimal(3, 1), inputs.globeTemperatureCelsius],
  ];
  return weightedSum(terms, resolution);
}

type Term = readonly [weight: Decimal, value: Decimal];

function weightedSum(terms: readonly Term[], resolution: Decimal): Result<Decimal, HeatFault> {
  let sum: Decimal | undefined = exactDecimal(0);
  for (const [weight, value] of terms) {
    const product = multiplyDecimals(weight, value);
    sum = product === undefined || sum === undefined ? undefined : addDecimals(sum, product);
  }
  const rounded = sum === undefined ? undefined : roundHalfEven(sum, resolution);
  return rounded === undefined ? fail('result-outside-range', 'needs more than 15 digits') : ok(rounded);
}
