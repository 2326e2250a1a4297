import { type EpochMs, parseInstant } from './instant.ts';

const LOCAL = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:[.,]\d{1,12})?$/;
const ZONES_MAX = 16;
/** Transitions are at least weeks apart and change the offset by less. */
const DAY_MS = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * Reads a local time without offset (`2026-07-14T15:20:00`) as the clock of an IANA zone shows it. Undefined for another
 * form, an unknown zone, or a time that the clock skipped in spring. Of the two instants that a time in the repeated hour
 * of autumn can be, the one nearer to `nearMs`: when the message arrived.
 */
export function parseLocalInstant(text: string, zone: string, nearMs: EpochMs): EpochMs | undefined {
  const asUtc = LOCAL.test(text) ? parseInstant(`${text}Z`) : undefined;
  const format = asUtc === undefined ? undefined : formatOf(zone);
  if (asUtc === undefined || format === undefined) return undefined;
  let nearest: EpochMs | undefined;
  for (const around of [asUtc - DAY_MS, asUtc + DAY_MS]) {
    const instant: EpochMs = asUtc - offsetMs(format, around);
    if (instant < 0 || instant + offsetMs(format, instant) !== asUtc) continue;
    if (nearest === undefined || Math.abs(instant - nearMs) < Math.abs(nearest - nearMs)) nearest = instant;
  }
  return nearest;
}

/** Whether a zone of that name is known (`Europe/Brussels`). */
export function isKnownZone(zone: string): boolean {
  return formatOf(zone) !== undefined;
}

/** How far the clock of the zone is ahead of UTC at an instant: it shows whole seconds, so the rest is left aside. */
function offsetMs(format: Intl.DateTimeFormat, instant: EpochMs): number {
  const field: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(instant)) field[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = field;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1000) * 1000;
}

/** Making a format takes a tenth of a millisecond, so those of the zones in use are kept, at most {@link ZONES_MAX}. */
function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  const kept = formats.get(zone);
  if (kept !== undefined) return kept;
  try {
    const format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      calendar: 'iso8601',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    if (formats.size >= ZONES_MAX) formats.clear();
    formats.set(zone, format);
    return format;
  } catch {
    return undefined;
  }
}
