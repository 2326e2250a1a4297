import { addDecimals, type Decimal, decimal, roundHalfEven, subtractDecimals } from '../observation/decimal.ts';
import { UNITS, type UnitCode, unitsFit } from './units.ts';

/**
 * Converts in decimal arithmetic and rounds half-even, once, to a multiple of `resolution`: `[degF]` to `Cel` is
 * (value − 32) × 5 ÷ 9 exactly before that rounding. Undefined when the units measure different things
 * or the value does not fit.
 */
export function convertUnit(value: Decimal, from: UnitCode, to: UnitCode, resolution: Decimal): Decimal | undefined {
  if (from === to) return roundHalfEven(value, resolution);
  if (!unitsFit(from, to)) return undefined;
  const source = UNITS[from];
  const target = UNITS[to];
  const shifted = subtractDecimals(value, source.shift);
  if (shifted === undefined) return undefined;
  const numerator = source.numerator * target.denominator;
  const denominator = source.denominator * target.numerator;
  // Steps from the target's zero: its shift is a whole number of steps away or the sum below is rounded once more, exactly.
  return divideInSteps(shifted, numerator, denominator, source.exponent - target.exponent, target.shift, resolution);
}

/** (value × numerator ÷ denominator × 10^exponent) + shift, rounded half-even to a multiple of `step`. */
function divideInSteps(
  value: Decimal,
  numerator: number,
  denominator: number,
  exponent: number,
  shift: Decimal,
  step: Decimal,
): Decimal | undefined {
  if (denominator === 1) {
    const product = decimal(value.mantissa * numerator, value.scale - exponent);
    const sum = product === undefined ? undefined : addDecimals(product, shift);
    return sum === undefined ? undefined : roundHalfEven(sum, step);
  }
  // All over one denominator, in integers: value and shift as multiples of 10^-scale.
  const scale = Math.max(value.scale - exponent, shift.scale, step.scale, 0);
  const dividend =
    BigInt(value.mantissa) * BigInt(numerator) * 10n ** BigInt(scale - (value.scale - exponent)) +
    BigInt(shift.mantissa) * 10n ** BigInt(scale - shift.scale) * BigInt(denominator);
  const divisor = BigInt(step.mantissa) * 10n ** BigInt(scale - step.scale) * BigInt(denominator);
  const steps = Number(divideHalfEven(dividend, divisor));
  return Number.isSafeInteger(steps) ? decimal(steps * step.mantissa, step.scale) : undefined;
}

function divideHalfEven(dividend: bigint, divisor: bigint): bigint {
  let rest = dividend % divisor;
  if (rest < 0n) rest += divisor;
  const floor = (dividend - rest) / divisor;
  const up = rest * 2n > divisor || (rest * 2n === divisor && floor % 2n !== 0n);
  return up ? floor + 1n : floor;
}
