import { formatInstant } from '@meetbrug/protocols/observation';

/** Zones in which days are counted and times are written. */
export const ZONES = ['UTC', 'Europe/Brussels'] as const;
export type Zone = (typeof ZONES)[number];

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** Hours whose offset is remembered: over eleven years. */
const REMEMBERED_MAX = 100_000;

const FIELDS = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/Brussels',
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const offsets = new Map<number, number>();

/** How far the clocks of a zone are ahead of UTC, in milliseconds. Since 1946 they change at whole hours. */
export function zoneOffsetMs(ms: number, zone: Zone): number {
  if (zone === 'UTC') return 0;
  const hour = Math.floor(ms / HOUR_MS);
  const known = offsets.get(hour);
  if (known !== undefined) return known;
  const atHour = hour * HOUR_MS;
  const fields = Object.fromEntries(FIELDS.formatToParts(atHour).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour: hours = 0, minute = 0, second = 0 } = fields;
  const offsetMs = Date.UTC(year, month - 1, day, hours, minute, second) - atHour;
  if (offsets.size >= REMEMBERED_MAX) offsets.clear();
  offsets.set(hour, offsetMs);
  return offsetMs;
}

/** RFC 3339: in UTC with `Z`, else the local time with its offset, so that the hour that comes twice is told apart. */
export function formatZoned(ms: number, zone: Zone): string {
  if (zone === 'UTC') return `${formatLocal(ms)}Z`;
  const offsetMs = zoneOffsetMs(ms, zone);
  const minutes = Math.abs(offsetMs) / MINUTE_MS;
  const sign = offsetMs < 0 ? '-' : '+';
  return `${formatLocal(ms + offsetMs)}${sign}${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
}

/** Days whose date is remembered, so that a column of instants costs only its times of day. */
const REMEMBERED_DAYS_MAX = 10_000;
const dates = new Map<number, string>();
const TWO_DIGITS = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'));

/** What `formatInstant` of the protocols gives, without its `Z`. */
function formatLocal(ms: number): string {
  const day = Math.floor(ms / DAY_MS);
  const ofDay = ms - day * DAY_MS;
  const fraction = ofDay % 1000;
  const seconds = (ofDay - fraction) / 1000;
  const time = `${twoDigits(Math.floor(seconds / 3600))}:${twoDigits(Math.floor(seconds / 60) % 60)}:${twoDigits(seconds % 60)}`;
  return `${dateOf(day)}T${time}${fraction === 0 ? '' : `.${String(fraction).padStart(3, '0')}`}`;
}

function dateOf(day: number): string {
  const known = dates.get(day);
  if (known !== undefined) return known;
  const date = formatInstant(day * DAY_MS).slice(0, -'T00:00:00Z'.length);
  if (dates.size >= REMEMBERED_DAYS_MAX) dates.clear();
  dates.set(day, date);
  return date;
}

function twoDigits(value: number): string {
  return TWO_DIGITS[value] ?? String(value);
}
