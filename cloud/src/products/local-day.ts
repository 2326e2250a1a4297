import type { EpochMs } from '@meetbrug/protocols/observation';
import { zoneOffsetMs } from '../query/zoned-instant.ts';
import { bucketOf, HOUR_MS } from '../timeseries/bucket-calendar.ts';

/** A calendar day in Europe/Brussels: from local midnight to the next, 23, 24 or 25 hours. */
export interface LocalDay {
  readonly beginMs: EpochMs;
  /** First instant that no longer belongs to it. */
  readonly endMs: EpochMs;
}

const ZONE = 'Europe/Brussels';

/** The local day that an instant belongs to. */
export function localDayOf(ms: EpochMs): LocalDay {
  return bucketOf(ms, 'P1D', ZONE);
}

/** The local day of a date such as `2026-07-01`. */
export function localDayOfDate(date: string): LocalDay {
  return localDayOf(Date.parse(`${date}T12:00:00Z`));
}

/** How many hours a local day has: 23 and 25 when summer time begins and ends. */
export function hoursOf({ beginMs, endMs }: LocalDay): number {
  return Math.round((endMs - beginMs) / HOUR_MS);
}

/** Which hour of its day an instant lies in, from 0; on a day of 25 hours up to 24. */
export function hourWithin({ beginMs }: LocalDay, ms: EpochMs): number {
  return Math.floor((ms - beginMs) / HOUR_MS);
}

/** What a clock on the wall shows in that hour of the day, 0 to 23. */
export function clockHour(day: LocalDay, hour: number): number {
  const ms = day.beginMs + hour * HOUR_MS;
  return Math.floor((ms + zoneOffsetMs(ms, ZONE)) / HOUR_MS) % 24;
}
