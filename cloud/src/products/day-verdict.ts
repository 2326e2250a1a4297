import { type EpochMs, isSuppressed, type ObservedValue } from '@meetbrug/protocols/observation';
import { hoursOf, hourWithin, type LocalDay } from './local-day.ts';

/** The current version of an observation that a product is computed from. */
export interface SourceRow {
  /** Id of its datastream in the store. */
  readonly datastream: number;
  readonly beginMs: EpochMs;
  readonly value: ObservedValue;
  /** Packed, as on the wire. */
  readonly quality: number;
}

/** What a day came to. `suppressed` and `incomplete` days have no product. */
export type DayVerdict<Value> =
  | { readonly kind: 'decided'; readonly value: Value; readonly inputs: readonly SourceRow[] }
  | { readonly kind: 'suppressed' | 'incomplete' };

/** Whether a day of one datastream holds a suppressed count: nothing may be computed over it. */
export function hasSuppressed(rows: readonly SourceRow[]): boolean {
  return rows.some(({ value }) => isSuppressed(value));
}

/** Whether at least this share of the hours of a day, 0 to 1, has a row that begins in it. */
export function isCovered(rows: readonly SourceRow[], day: LocalDay, shareMin: number): boolean {
  const hours = new Set(rows.map(({ beginMs }) => hourWithin(day, beginMs)));
  return hours.size >= shareMin * hoursOf(day);
}
