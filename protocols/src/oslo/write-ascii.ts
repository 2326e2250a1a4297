import type { EpochMs } from '../observation/instant.ts';

const DAY_MS = 86_400_000;
const ZERO = 48;

/** Copies ASCII text to `at` and returns the offset behind it; the caller has made sure that it fits. */
export function writeAscii(out: Uint8Array, at: number, text: string): number {
  for (let index = 0; index < text.length; index += 1) out[at + index] = text.charCodeAt(index);
  return at + text.length;
}

/** Writes a whole number from 0 in decimal digits. */
export function writeNatural(out: Uint8Array, at: number, value: number): number {
  let digits = 1;
  for (let limit = 10; limit <= value; limit *= 10) digits += 1;
  let rest = value;
  for (let index = at + digits - 1; index >= at; index -= 1) {
    const quotient = Math.floor(rest / 10);
    out[index] = ZERO + (rest - quotient * 10);
    rest = quotient;
  }
  return at + digits;
}

function writeDigits(out: Uint8Array, at: number, value: number, width: number): void {
  let rest = value;
  for (let index = at + width - 1; index >= at; index -= 1) {
    const quotient = (rest / 10) | 0;
    out[index] = ZERO + (rest - quotient * 10);
    rest = quotient;
  }
}

/** Writes what `formatInstant` writes, without making a string: four times a member this is a hot path. */
export function writeInstant(out: Uint8Array, at: number, ms: EpochMs): number {
  const day = Math.floor(ms / DAY_MS);
  const inDay = ms - day * DAY_MS;
  writeDate(out, at, day);
  out[at + 10] = 84; // T
  writeDigits(out, at + 11, (inDay / 3_600_000) | 0, 2);
  out[at + 13] = 58; // :
  writeDigits(out, at + 14, ((inDay / 60_000) | 0) % 60, 2);
  out[at + 16] = 58;
  writeDigits(out, at + 17, ((inDay / 1000) | 0) % 60, 2);
  const fraction = inDay % 1000;
  if (fraction === 0) {
    out[at + 19] = 90; // Z
    return at + 20;
  }
  out[at + 19] = 46; // .
  writeDigits(out, at + 20, fraction, 3);
  out[at + 23] = 90;
  return at + 24;
}

/** The Gregorian date of a day number, counted in years that begin on 1 March so that the leap day comes last. */
function writeDate(out: Uint8Array, at: number, day: number): void {
  const shifted = day + 719_468;
  const era = (shifted / 146_097) | 0;
  const dayOfEra = shifted - era * 146_097;
  const leapDays = ((dayOfEra / 1460) | 0) - ((dayOfEra / 36_524) | 0) + ((dayOfEra / 146_096) | 0);
  const yearOfEra = ((dayOfEra - leapDays) / 365) | 0;
  const dayOfYear = dayOfEra - (365 * yearOfEra + ((yearOfEra / 4) | 0) - ((yearOfEra / 100) | 0));
  const marchMonth = ((5 * dayOfYear + 2) / 153) | 0;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  writeDigits(out, at, era * 400 + yearOfEra + (month <= 2 ? 1 : 0), 4);
  out[at + 4] = 45; // -
  writeDigits(out, at + 5, month, 2);
  out[at + 7] = 45;
  writeDigits(out, at + 8, dayOfYear - (((153 * marchMonth + 2) / 5) | 0) + 1, 2);
}
