import { type Zone, zoneOffsetMs } from '../query/zoned-instant.ts';

export type { Zone } from '../query/zoned-instant.ts';

/**
 * Lengths of buckets, as ISO 8601 durations. Up to an hour they are cut from the hour, which begins at the same instant in
 * every zone that is offered; days, weeks (from Monday), months and years are the zone's own, of 23 to 25 hours where its
 * clocks change.
 */
export const EVERY = ['PT1M', 'PT5M', 'PT10M', 'PT15M', 'PT30M', 'PT1H', 'P1D', 'P1W', 'P1M', 'P1Y'] as const;
export type Every = (typeof EVERY)[number];

const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;
/** 1970-01-01 was a Thursday. */
const DAYS_TO_MONDAY = 3;

type FixedEvery = Extract<Every, `PT${string}`>;
const FIXED_MS: Readonly<Record<FixedEvery, number>> = {
  PT1M: MINUTE_MS,
  PT5M: 5 * MINUTE_MS,
  PT10M: 10 * MINUTE_MS,
  PT15M: 15 * MINUTE_MS,
  PT30M: 30 * MINUTE_MS,
  PT1H: HOUR_MS,
};

/** Length of a bucket of an hour or less in milliseconds; undefined for those that follow the calendar. */
export function fixedLengthMs(every: Every): number | undefined {
  return every in FIXED_MS ? FIXED_MS[every as FixedEvery] : undefined;
}

/** First instant of the bucket that holds an instant, and the first behind it. */
export function bucketOf(ms: number, every: Every, zone: Zone): { readonly beginMs: number; readonly endMs: number } {
  const lengthMs = fixedLengthMs(every);
  if (lengthMs !== undefined) {
    const beginMs = Math.floor(ms / lengthMs) * lengthMs;
    return { beginMs, endMs: beginMs + lengthMs };
  }
  const [begin, end] = localBounds(ms + zoneOffsetMs(ms, zone), every);
  return { beginMs: instantOf(begin, zone), endMs: instantOf(end, zone) };
}

/** The bounds as the zone's clock shows them, as if it were UTC. */
function localBounds(localMs: number, every: Every): [beginMs: number, endMs: number] {
  const day = Math.floor(localMs / DAY_MS);
  const date = new Date(localMs);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  if (every === 'P1M') return [Date.UTC(year, month), Date.UTC(year, month + 1)];
  if (every === 'P1Y') return [Date.UTC(year, 0), Date.UTC(year + 1, 0)];
  if (every === 'P1D') return [day * DAY_MS, (day + 1) * DAY_MS];
  const monday = Math.floor((day + DAYS_TO_MONDAY) / 7) * 7 - DAYS_TO_MONDAY;
  return [monday * DAY_MS, (monday + 7) * DAY_MS];
}

/** When the zone's clock shows midnight of a day; clocks change between one and three at night, so it shows it once. */
function instantOf(localMs: number, zone: Zone): number {
  const guess = localMs - zoneOffsetMs(localMs, zone);
  return localMs - zoneOffsetMs(guess, zone);
}
