import { decimalToNumber, type EpochMs, exactDecimal } from '@meetbrug/protocols/observation';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type { Datastream } from '../normalise/datastream.ts';
import { normaliseValue } from '../normalise/normalise-value.ts';
import type { NormalisedObservation, ReadingFault } from '../normalise/normalised-observation.ts';
import {
  applyReading,
  type CounterFaultCode,
  type CounterReading,
  type CounterRules,
  type CounterState,
  countBetween,
  type IntervalChange,
  type NoCountReason,
} from './counter/mod.ts';

/** A counter of a device at its place, and the datastream that its counts go to. */
export interface CounterBinding {
  readonly counts: Datastream;
  readonly rules: CounterRules;
}

/** `cannot-withdraw`: the reading would leave a published interval without a count, and a published count stays. */
export type UncountedReason = NoCountReason | CounterFaultCode | 'cannot-withdraw';

/** What one counter reading gives. */
export interface DerivedCounts {
  readonly state: CounterState;
  /** Counts of half-open intervals between two readings; one that was published before is a correction. */
  readonly counts: readonly Result<NormalisedObservation, ReadingFault>[];
  /** Intervals that have no count, and why. */
  readonly uncounted: readonly NoCountReason[];
}

/**
 * Counts from a counter reading: one interval from the newest reading before it, or two where a late reading splits one.
 * A fault leaves state and published counts as they are; the reading itself is published all the same.
 */
export function deriveCounts(
  state: CounterState,
  reading: NormalisedObservation,
  frameCounter: number,
  { counts, rules }: CounterBinding,
): Result<DerivedCounts, Fault<UncountedReason>> {
  const read: CounterReading = { frameCounter, atMs: reading.beginMs, value: decimalToNumber(reading.value) };
  const applied = applyReading(state, read, rules);
  if (!applied.ok) return applied;
  const { changes } = applied.value;
  if (changes.some((change) => withdraws(change, state, rules))) {
    return fail('cannot-withdraw', `the count of the interval around ${read.atMs} has been published`);
  }
  return ok({
    state: applied.value.state,
    counts: changes.flatMap(({ beginMs, endMs, outcome }) =>
      outcome.kind === 'counted' ? [countObservation(reading, counts, beginMs, endMs, outcome.count)] : [],
    ),
    uncounted: changes.flatMap(({ outcome }) => (outcome.kind === 'no-count' ? [outcome.reason] : [])),
  });
}

/** Whether an interval that had a count would have none: an observation without a value cannot be published. */
function withdraws({ beginMs, corrects, outcome }: IntervalChange, { readings }: CounterState, rules: CounterRules) {
  if (!corrects || outcome.kind === 'counted') return false;
  const index = readings.findIndex(({ atMs }) => atMs === beginMs);
  const [from, to] = [readings[index], readings[index + 1]];
  return from !== undefined && to !== undefined && countBetween(from, to, rules).kind === 'counted';
}

function countObservation(
  reading: NormalisedObservation,
  counts: Datastream,
  beginMs: EpochMs,
  endMs: EpochMs,
  count: number,
): Result<NormalisedObservation, ReadingFault> {
  const { datastream, resultMs, quality } = reading;
  const value = normaliseValue(exactDecimal(count), '{count}', counts);
  if (!value.ok) return value;
  return ok({
    datastream: counts,
    beginMs,
    endMs,
    resultMs,
    value: value.value,
    quality: { timeSource: quality.timeSource, flags: quality.flags.filter((flag) => flag === 'clock-unsynchronised') },
    inputs: [
      { datastream, beginMs },
      { datastream, beginMs: endMs },
    ],
  });
}
