/**
 * Instants are whole milliseconds since 1970-01-01T00:00:00Z. A millisecond is the finest time that takes part in the
 * identity of an observation; finer digits on the wire are cut, not rounded, so no instant moves into the future.
 */
export type EpochMs = number;

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,12}))?(Z|z|[+-]\d\d:?\d\d)$/;

/** 0000-01-01T00:00:00Z to 9999-12-31T23:59:59.999Z: what four-digit years can say. */
export const INSTANT_MIN_MS = Date.UTC(1970, 0, 1);
export const INSTANT_MAX_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** Reads RFC 3339 with a zone and up to 12 decimals. Undefined for a missing zone, an impossible date or a year before 1970. */
export function parseInstant(text: string): EpochMs | undefined {
  const match = RFC3339.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  const base = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const read = new Date(base);
  const possible =
    read.getUTCMonth() === Number(month) - 1 &&
    read.getUTCDate() === Number(day) &&
    Number(hour) < 24 &&
    Number(minute) < 60;
  if (!possible || Number(second) > 59) return undefined;
  const ms = base + Number((fraction ?? '0').padEnd(3, '0').slice(0, 3)) - zoneOffsetMs(zone ?? 'Z');
  return ms >= INSTANT_MIN_MS && ms <= INSTANT_MAX_MS ? ms : undefined;
}

function zoneOffsetMs(zone: string): number {
  if (zone === 'Z' || zone === 'z') return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  const digits = zone.slice(1).replace(':', '');
  return sign * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))) * 60_000;
}

/** Canonical UTC text: `2026-07-01T12:00:00Z`, with exactly three decimals only when the milliseconds are not zero. */
export function formatInstant(ms: EpochMs): string {
  const text = new Date(ms).toISOString();
  return text.endsWith('.000Z') ? `${text.slice(0, 19)}Z` : text;
}
