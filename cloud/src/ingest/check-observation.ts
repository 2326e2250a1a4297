import type { RefusalCode, WireObservation } from '@meetbrug/protocols/delivery';
import {
  compareDecimals,
  type DatastreamDescription,
  type Decimal,
  parseDecimal,
} from '@meetbrug/protocols/observation';
import { OBSERVED_PROPERTIES } from '@meetbrug/protocols/properties';

/** What a description promises about every value of its datastream. */
export interface DatastreamLimits {
  readonly min: Decimal;
  readonly max: Decimal;
  /** Counts are whole numbers. */
  readonly whole: boolean;
  /** Length of every interval; undefined for instants. */
  readonly intervalMs: number | undefined;
}

export function limitsOf(description: DatastreamDescription): DatastreamLimits {
  const { range, kind } = OBSERVED_PROPERTIES[description.property];
  const seconds = description.procedure.intervalSeconds;
  return {
    min: range.min,
    max: range.max,
    whole: kind === 'count',
    intervalMs: seconds === undefined ? undefined : seconds * 1000,
  };
}

/**
 * The value of an observation, or why it is refused: `outside-range` for a value that the property cannot have (or that
 * no 15-digit decimal holds), `bad-interval` for a phenomenon time that is not the one the procedure measures over.
 */
export function checkObservation(limits: DatastreamLimits, observation: WireObservation): Decimal | RefusalCode {
  const [, beginMs, endMs, , text] = observation;
  const value = parseDecimal(text);
  if (value === undefined || (limits.whole && value.scale !== 0)) return 'outside-range';
  if (compareDecimals(value, limits.min) < 0 || compareDecimals(value, limits.max) > 0) return 'outside-range';
  const intervalMs = endMs === null ? undefined : endMs - beginMs;
  return intervalMs === limits.intervalMs ? value : 'bad-interval';
}
