import type { RefusalCode, WireObservation } from '@meetbrug/protocols/delivery';
import {
  compareDecimals,
  type DatastreamDescription,
  type Decimal,
  exactDecimal,
  isSuppressed,
  type ObservedValue,
  parseObservedValue,
} from '@meetbrug/protocols/observation';
import { OBSERVED_PROPERTIES } from '@meetbrug/protocols/properties';

/** What a description promises about every value of its datastream. */
export interface DatastreamLimits {
  readonly min: Decimal;
  readonly max: Decimal;
  /** Counts are whole numbers. */
  readonly whole: boolean;
  /** Length of every interval; undefined for instants. `any`: two readings of a counter bound it. `local-day`: 23 to 25 h. */
  readonly intervalMs: number | 'any' | 'local-day' | undefined;
}

export function limitsOf(description: DatastreamDescription): DatastreamLimits {
  const { range, kind, traffic } = OBSERVED_PROPERTIES[description.property];
  const { intervalSeconds: seconds, calendarInterval, derivedFrom } = description.procedure;
  const betweenReadings = seconds === undefined && derivedFrom !== undefined && traffic !== undefined;
  return {
    min: range.min,
    max: range.max,
    whole: kind === 'count',
    intervalMs: calendarInterval ?? (betweenReadings ? 'any' : seconds && seconds * 1000),
  };
}

/**
 * The value of an observation, or why it is refused: `outside-range` for a value that the property cannot have (or that
 * no 15-digit decimal holds, or a suppressed one of something that is not counted), `bad-interval` for a phenomenon time
 * that is not the one the procedure measures over.
 */
export function checkObservation(limits: DatastreamLimits, observation: WireObservation): ObservedValue | RefusalCode {
  const [, beginMs, endMs, , text] = observation;
  const value = parseObservedValue(text);
  if (value === undefined || !isWithin(limits, value)) return 'outside-range';
  const intervalMs = endMs === null ? undefined : endMs - beginMs;
  return isInterval(limits.intervalMs, intervalMs) ? value : 'bad-interval';
}

const HOUR_MS = 3_600_000;

function isInterval(wanted: DatastreamLimits['intervalMs'], intervalMs: number | undefined): boolean {
  if (wanted === 'any') return intervalMs !== undefined && intervalMs > 0;
  if (wanted !== 'local-day') return intervalMs === wanted;
  return intervalMs === 24 * HOUR_MS || intervalMs === 23 * HOUR_MS || intervalMs === 25 * HOUR_MS;
}

/** A suppressed count may be anything from 0 to `below` − 1: all of it must be possible. */
function isWithin({ min, max, whole }: DatastreamLimits, value: ObservedValue): boolean {
  if (isSuppressed(value)) return whole && compareDecimals(exactDecimal(value.below - 1), max) <= 0;
  if (whole && value.scale !== 0) return false;
  return compareDecimals(value, min) >= 0 && compareDecimals(value, max) <= 0;
}
