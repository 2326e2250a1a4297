import { DECIMAL_SCALE_MAX, type Decimal, decimal } from '../observation/decimal.ts';

const MANTISSA_END = 10n ** 15n;

/**
 * value × factor + offset in exact arithmetic. What 15 digits or 9 decimals do not hold is rounded half-even, once;
 * undefined where the whole part alone needs more than 15 digits.
 */
export function scaleValue(value: Decimal, factor: Decimal, offset: Decimal): Decimal | undefined {
  const productScale = value.scale + factor.scale;
  const scale = Math.max(productScale, offset.scale);
  const sum =
    BigInt(value.mantissa) * BigInt(factor.mantissa) * 10n ** BigInt(scale - productScale) +
    BigInt(offset.mantissa) * 10n ** BigInt(scale - offset.scale);
  for (let dropped = Math.max(0, scale - DECIMAL_SCALE_MAX); dropped <= scale; dropped += 1) {
    const rounded = divideHalfEven(sum, 10n ** BigInt(dropped));
    if (rounded < MANTISSA_END && rounded > -MANTISSA_END) return decimal(Number(rounded), scale - dropped);
  }
  return undefined;
}

function divideHalfEven(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const rest = dividend % divisor;
  const twice = (rest < 0n ? -rest : rest) * 2n;
  if (twice < divisor || (twice === divisor && quotient % 2n === 0n)) return quotient;
  return dividend < 0n ? quotient - 1n : quotient + 1n;
}
