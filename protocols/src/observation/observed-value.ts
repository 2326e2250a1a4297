import { type Decimal, equalDecimals, formatDecimal, parseDecimal } from './decimal.ts';
import type { ObservedValue, SuppressedCount } from './observation.ts';

const SUPPRESSED = /^<([1-9]\d{0,5})$/;

export function isSuppressed(value: ObservedValue): value is SuppressedCount {
  return 'below' in value;
}

/** Canonical text on the wire and in comparisons: a decimal, or `<10` for a suppressed count. */
export function formatObservedValue(value: ObservedValue): string {
  return isSuppressed(value) ? `<${value.below}` : formatDecimal(value);
}

/** The inverse of {@link formatObservedValue}; undefined for any other text. */
export function parseObservedValue(text: string): ObservedValue | undefined {
  const below = SUPPRESSED.exec(text)?.[1];
  return below === undefined ? parseDecimal(text) : { below: Number(below) };
}

export function equalObservedValues(a: ObservedValue, b: ObservedValue): boolean {
  if (isSuppressed(a) || isSuppressed(b)) return isSuppressed(a) && isSuppressed(b) && a.below === b.below;
  return equalDecimals(a as Decimal, b as Decimal);
}
