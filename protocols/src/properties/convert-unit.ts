import { type Decimal, decimal } from '../observation/decimal.ts';
import type { UnitCode } from './observed-property.ts';

/** Powers of ten between units of one kind: value in the base unit = value × 10^exponent. */
const POWER: Partial<Record<UnitCode, readonly [base: UnitCode, exponent: number]>> = {
  cm: ['m', -2],
  mm: ['m', -3],
  mV: ['V', -3],
};

/** Exact conversion in decimal arithmetic; undefined when the units measure different things or the value does not fit. */
export function convertUnit(value: Decimal, from: UnitCode, to: UnitCode): Decimal | undefined {
  if (from === to) return value;
  const [fromBase, fromExponent] = POWER[from] ?? [from, 0];
  const [toBase, toExponent] = POWER[to] ?? [to, 0];
  if (fromBase !== toBase) return undefined;
  return decimal(value.mantissa, value.scale - (fromExponent - toExponent));
}
