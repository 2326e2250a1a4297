import { exactDecimal, isSuppressed, type ObservedValue } from '@meetbrug/protocols/observation';

/** A value in its columns: a decimal, or the bound of a suppressed count. */
export interface StoredValue {
  readonly mantissa: number | null;
  readonly scale: number | null;
  readonly below: number | null;
}

export function toStoredValue(value: ObservedValue): StoredValue {
  return isSuppressed(value)
    ? { mantissa: null, scale: null, below: value.below }
    : { mantissa: value.mantissa, scale: value.scale, below: null };
}

/** Throws for a row that this program cannot have written. */
export function fromStoredValue({ mantissa, scale, below }: StoredValue): ObservedValue {
  if (below !== null) return { below };
  if (mantissa === null || scale === null) throw new Error('a row has neither a value nor a bound');
  return exactDecimal(mantissa, scale);
}
