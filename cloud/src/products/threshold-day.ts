import { compareDecimals, type Decimal } from '@meetbrug/protocols/observation';
import { type DayVerdict, hasSuppressed, isCovered, type SourceRow } from './day-verdict.ts';
import type { LocalDay } from './local-day.ts';

/**
 * What a day is asked: whether it `reached` the threshold (a heat day: its maximum is at least that), or `stayed` at or
 * above it (a tropical night: its minimum is at least that).
 */
export interface DayThreshold {
  readonly kind: 'reached' | 'stayed';
  readonly threshold: Decimal;
}

/**
 * Whether one datastream's day answers yes. One row can settle it: a value at the threshold makes a heat day, one below it
 * ends a tropical night, however much of the day is missing. Only the other answer needs a day that was measured
 * sufficiently (`shareMin` of its hours). The input is the first row of the extreme that was looked at.
 */
export function thresholdDay(
  rows: readonly SourceRow[],
  day: LocalDay,
  { kind, threshold }: DayThreshold,
  shareMin: number,
): DayVerdict<boolean> {
  if (hasSuppressed(rows)) return { kind: 'suppressed' };
  const sign = kind === 'reached' ? 1 : -1;
  let extreme: SourceRow | undefined;
  for (const row of rows) {
    if (extreme === undefined || sign * compareDecimals(row.value as Decimal, extreme.value as Decimal) > 0)
      extreme = row;
  }
  if (extreme === undefined) return { kind: 'incomplete' };
  const isAtLeast = compareDecimals(extreme.value as Decimal, threshold) >= 0;
  const isSettledByOne = isAtLeast === (kind === 'reached');
  if (!isSettledByOne && !isCovered(rows, day, shareMin)) return { kind: 'incomplete' };
  return { kind: 'decided', value: isAtLeast, inputs: [extreme] };
}

/**
 * A neighbourhood's day from those of its sensors: yes when at least `shareMin` of the sensors whose day is decided say so.
 * A suppressed day among them leaves it without a product.
 */
export function neighbourhoodDay(days: readonly DayVerdict<boolean>[], shareMin: number): DayVerdict<boolean> {
  if (days.some(({ kind }) => kind === 'suppressed')) return { kind: 'suppressed' };
  const decided = days.filter((day) => day.kind === 'decided');
  if (decided.length === 0) return { kind: 'incomplete' };
  const yes = decided.filter(({ value }) => value).length;
  return {
    kind: 'decided',
    value: yes >= shareMin * decided.length,
    inputs: decided.flatMap(({ inputs }) => inputs),
  };
}
