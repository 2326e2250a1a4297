import { type EpochMs, INSTANT_MAX_MS, parseInstant } from '../observation/instant.ts';
import { parseLocalInstant } from '../observation/local-instant.ts';
import type { CompiledTime } from './mapping-field.ts';

/** No device of a city is older: an earlier time means that its clock has not been set. */
const CLOCK_SET_FROM_MS = Date.UTC(2015, 0, 1);

const NUMBER_TEXT = /^\s*\d{1,15}(?:\.\d{1,9})?\s*$/;

/** The instant that a field of an object tells; undefined where it has not the form that its mapping says. */
export function measuredTime(
  raw: unknown,
  { format, zone }: Pick<CompiledTime, 'format' | 'zone'>,
  receivedMs: EpochMs,
): EpochMs | 'clock-not-set' | undefined {
  const ms =
    format === 'iso' || format === 'iso-local' ? textInstant(raw, format, zone, receivedMs) : count(raw, format);
  if (ms === undefined || ms < 0 || ms > INSTANT_MAX_MS) return undefined;
  return ms < CLOCK_SET_FROM_MS ? 'clock-not-set' : ms;
}

function textInstant(raw: unknown, format: 'iso' | 'iso-local', zone: string, receivedMs: EpochMs) {
  if (typeof raw !== 'string') return undefined;
  return parseInstant(raw) ?? (format === 'iso-local' ? parseLocalInstant(raw, zone, receivedMs) : undefined);
}

/** Finer than a millisecond is cut. */
function count(raw: unknown, format: 's' | 'ms'): EpochMs | undefined {
  const number = typeof raw === 'string' && NUMBER_TEXT.test(raw) ? Number(raw) : raw;
  if (typeof number !== 'number' || !Number.isFinite(number)) return undefined;
  // Seconds with decimals are binary: 1784034900.123 × 1000 is a hair below its millisecond.
  return Math.floor(format === 's' ? Number((number * 1000).toPrecision(15)) : number);
}
