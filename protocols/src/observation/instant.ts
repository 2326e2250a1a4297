/**
 * Instants are whole milliseconds since 1970-01-01T00:00:00Z. A millisecond is the finest time that takes part in the
 * identity of an observation; finer digits on the wire are cut, not rounded, so no instant moves into the future.
 */
export type EpochMs = number;

/** 1970-01-01T00:00:00Z to 9999-12-31T23:59:59.999Z: what four-digit years can say from the epoch on. */
export const INSTANT_MIN_MS = 0;
export const INSTANT_MAX_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

const FRACTION_DIGITS_MAX = 12;
const ZONE = /^(?:[Zz]|([+-])(\d\d):?(\d\d))$/;
const NOT_DIGITS = -1;

/** The number that the digits from `from` to `to` write; {@link NOT_DIGITS} where one is none. Several times faster than a pattern. */
function digitsAt(text: string, from: number, to: number): number {
  let value = 0;
  for (let index = from; index < to; index += 1) {
    const digit = text.charCodeAt(index) - 48;
    if (!(digit >= 0 && digit <= 9)) return NOT_DIGITS;
    value = value * 10 + digit;
  }
  return value;
}

/** Reads RFC 3339 with a zone and up to 12 decimals. Undefined for a missing zone, an impossible date or a year before 1970. */
export function parseInstant(text: string): EpochMs | undefined {
  const separated =
    text[4] === '-' && text[7] === '-' && 'Tt '.includes(text[10] ?? '?') && text[13] === ':' && text[16] === ':';
  if (!separated) return undefined;
  const month = digitsAt(text, 5, 7);
  const day = digitsAt(text, 8, 10);
  const hour = digitsAt(text, 11, 13);
  const minute = digitsAt(text, 14, 16);
  const second = digitsAt(text, 17, 19);
  const year = digitsAt(text, 0, 4);
  if (
    year < 0 ||
    month < 1 ||
    day < 1 ||
    hour < 0 ||
    hour > 23 ||
    minute < 0 ||
    minute > 59 ||
    second < 0 ||
    second > 59
  ) {
    return undefined;
  }
  const base = Date.UTC(year, month - 1, day, hour, minute, second);
  if (year < 100 || month > 12 || day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return undefined;
  const fraction = fractionAt(text, 19);
  const offsetMs = fraction === undefined ? undefined : zoneOffsetMs(text.slice(fraction.end));
  if (fraction === undefined || offsetMs === undefined) return undefined;
  const ms = base + fraction.ms - offsetMs;
  return ms >= INSTANT_MIN_MS && ms <= INSTANT_MAX_MS ? ms : undefined;
}

/** The milliseconds of the decimals at `start`, finer ones cut, and where they end; undefined when they are malformed. */
function fractionAt(text: string, start: number): { readonly ms: number; readonly end: number } | undefined {
  if (text[start] !== '.' && text[start] !== ',') return { ms: 0, end: start };
  const first = start + 1;
  let end = first;
  while (end - first <= FRACTION_DIGITS_MAX && digitsAt(text, end, end + 1) !== NOT_DIGITS) end += 1;
  const length = end - first;
  if (length === 0 || length > FRACTION_DIGITS_MAX) return undefined;
  const kept = Math.min(length, 3);
  return { ms: digitsAt(text, first, first + kept) * 10 ** (3 - kept), end };
}

function zoneOffsetMs(zone: string): number | undefined {
  if (zone === 'Z' || zone === '+00:00') return 0;
  const match = ZONE.exec(zone);
  if (match === null) return undefined;
  const [, sign, hours, minutes] = match;
  if (sign === undefined) return 0;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

/** Canonical UTC text: `2026-07-01T12:00:00Z`, with exactly three decimals only when the milliseconds are not zero. */
export function formatInstant(ms: EpochMs): string {
  const text = new Date(ms).toISOString();
  return text.endsWith('.000Z') ? `${text.slice(0, 19)}Z` : text;
}
