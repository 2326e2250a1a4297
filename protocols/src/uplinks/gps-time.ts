import { type EpochMs, INSTANT_MAX_MS } from '../observation/instant.ts';

const GPS_EPOCH_MS = Date.UTC(1980, 0, 6);
/** GPS counts no leap seconds; UTC has had 18 since 1980, the last on 31 December 2016, and none is announced. */
const LEAP_MS = 18_000;
const DURATION = /^(\d{1,12})(?:\.(\d{1,9}))?s$/;

/** The instant of so many milliseconds of GPS time; right from 2017 on. Undefined beyond the year 9999. */
export function gpsInstant(gpsMs: number): EpochMs | undefined {
  const ms = GPS_EPOCH_MS + gpsMs - LEAP_MS;
  return Number.isSafeInteger(ms) && ms >= GPS_EPOCH_MS && ms <= INSTANT_MAX_MS ? ms : undefined;
}

/** Reads a time since the GPS epoch as protobuf writes a duration in JSON (`"1468069530.406s"`). */
export function parseGpsDuration(text: string): EpochMs | undefined {
  const match = DURATION.exec(text);
  if (match === null) return undefined;
  const [, seconds, fraction = ''] = match;
  return gpsInstant(Number(seconds) * 1000 + Number(fraction.slice(0, 3).padEnd(3, '0')));
}
