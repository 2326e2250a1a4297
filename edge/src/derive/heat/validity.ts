import { type Decimal, decimal, decimalToNumber, roundHalfEven } from '@meetbrug/protocols/observation';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';

/** What the heat indices are made of; each name carries its unit. */
const RANGE_FAULTS = {
  airTemperatureCelsius: 'air-temperature-outside-range',
  relativeHumidityPercent: 'relative-humidity-outside-range',
  vapourPressureKilopascals: 'vapour-pressure-outside-range',
  windSpeedMetresPerSecond: 'wind-speed-outside-range',
  windHeightMetres: 'wind-height-outside-range',
  globalRadiationWattsPerSquareMetre: 'global-radiation-outside-range',
  pressureHectopascals: 'pressure-outside-range',
  globeTemperatureCelsius: 'globe-temperature-outside-range',
  globeDiameterMetres: 'globe-diameter-outside-range',
  globeHeightMetres: 'globe-height-outside-range',
  naturalWetBulbCelsius: 'natural-wet-bulb-outside-range',
  meanRadiantCelsius: 'mean-radiant-temperature-outside-range',
  radiantExcessKelvin: 'mean-radiant-temperature-outside-range',
} as const;

export type HeatQuantity = keyof typeof RANGE_FAULTS;

/** `result-outside-range`: the formula gives no number, or one beyond what the index is published for. */
export type HeatFaultCode = (typeof RANGE_FAULTS)[HeatQuantity] | 'result-outside-range';
export type HeatFault = Fault<HeatFaultCode>;

/** The closed range, in the quantity's unit, for which an index is published. */
export type Validity<Q extends HeatQuantity> = Readonly<Record<Q, readonly [min: number, max: number]>>;

/** The inputs as doubles, or the first that lies outside its range. The order of `validity` is the order of checking. */
export function readInputs<Q extends HeatQuantity>(
  inputs: Readonly<Record<Q, Decimal>>,
  validity: Validity<Q>,
): Result<Readonly<Record<Q, number>>, HeatFault> {
  const quantities = Object.keys(validity) as Q[];
  const numbers = Object.fromEntries(quantities.map((q) => [q, decimalToNumber(inputs[q])])) as Record<Q, number>;
  return checkValidity(numbers, validity);
}

/** The values themselves, or the first that lies outside its range; a NaN lies outside every range. */
export function checkValidity<Q extends HeatQuantity>(
  values: Readonly<Record<Q, number>>,
  validity: Validity<Q>,
): Result<Readonly<Record<Q, number>>, HeatFault> {
  for (const quantity of Object.keys(validity) as Q[]) {
    const [min, max] = validity[quantity];
    const value = values[quantity];
    if (!(value >= min && value <= max)) {
      return fail(RANGE_FAULTS[quantity], `${quantity} is ${value}; the index holds from ${min} to ${max}`);
    }
  }
  return ok(values);
}

/**
 * A double at the end of a formula as a decimal, rounded half-even to `resolution`. The double is first cut to nine
 * decimals, far below what any of these formulas resolves. `result-outside-range` where it is no such number.
 */
export function toResolution(value: number, resolution: Decimal): Result<Decimal, HeatFault> {
  const exact = Number.isFinite(value) ? decimal(Math.round(value * 1e9), 9) : undefined;
  const rounded = exact === undefined ? undefined : roundHalfEven(exact, resolution);
  return rounded === undefined ? fail('result-outside-range', `${value} is no value of the index`) : ok(rounded);
}
