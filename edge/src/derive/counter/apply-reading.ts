import type { EpochMs } from '@meetbrug/protocols/observation';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import { type CountOutcome, countBetween } from './count-between.ts';
import { type CounterReading, type CounterRules, counterModulus } from './counter-reading.ts';

/** The readings that a later one may still come between; all of it is plain data, fit for JSON. */
export interface CounterState {
  /** By time; within a run of the device also by frame counter. At most {@link READINGS_KEPT}. */
  readonly readings: readonly CounterReading[];
  /** Whether older readings have been let go: nothing can be placed before the first kept one any more. */
  readonly forgotten: boolean;
}

/** Beyond it the oldest reading is let go: its intervals stand, and a reading from before the rest is `too-late`. */
export const READINGS_KEPT = 64;

export const NEW_COUNTER: CounterState = { readings: [], forgotten: false };

/** The count of a half-open interval `[beginMs, endMs)` between two readings that follow each other. */
export interface IntervalChange {
  readonly beginMs: EpochMs;
  readonly endMs: EpochMs;
  readonly outcome: CountOutcome;
  /** An interval with this begin was given before: this one takes its place, `no-count` included. */
  readonly corrects: boolean;
}

/**
 * `not-a-reading`: a value or frame counter that is no whole number in its range. `conflicting-reading`: another value for
 * the same uplink. `out-of-order`: its time contradicts its frame counter. `too-late`: older than all that is kept.
 */
export type CounterFaultCode = 'not-a-reading' | 'conflicting-reading' | 'out-of-order' | 'too-late';

export interface AppliedReading {
  readonly state: CounterState;
  readonly changes: readonly IntervalChange[];
}

/**
 * Takes one reading, in any order of arrival. The newest gives one interval; a late one splits the interval that it lies
 * in: a correction of that interval, which now ends at the reading, and a new one behind it. The same reading again
 * changes nothing. A fault leaves the state as it was. A reset is seen by what it leaves: where counter and frame counter
 * have both outgrown their old readings before the next one arrives, it looks like a count.
 */
export function applyReading(
  state: CounterState,
  reading: CounterReading,
  rules: CounterRules,
): Result<AppliedReading, Fault<CounterFaultCode>> {
  if (!isReading(reading, rules)) return fail('not-a-reading', `value ${reading.value}, frame ${reading.frameCounter}`);
  const { readings } = state;
  const index = readings.findLastIndex(({ atMs }) => atMs <= reading.atMs) + 1;
  const before = readings[index - 1];
  const after = readings[index];

  if (before?.atMs === reading.atMs) return applyAtSameTime(state, before, reading);
  if (before === undefined && state.forgotten) return fail('too-late', 'older than the readings that are kept');
  if (contradictsOrder(readings, index, reading, rules)) {
    return fail('out-of-order', `frame ${reading.frameCounter} does not belong at ${reading.atMs}`);
  }
  const changes: IntervalChange[] = [];
  if (before !== undefined) changes.push(interval(before, reading, rules, after !== undefined));
  if (after !== undefined) changes.push(interval(reading, after, rules, false));
  return ok({ state: keep(readings.toSpliced(index, 0, reading), state.forgotten), changes });
}

function isReading({ frameCounter, value, atMs }: CounterReading, rules: CounterRules): boolean {
  const whole = [frameCounter, value, atMs].every((number) => Number.isSafeInteger(number) && number >= 0);
  return whole && value < counterModulus(rules);
}

function applyAtSameTime(
  state: CounterState,
  known: CounterReading,
  reading: CounterReading,
): Result<AppliedReading, Fault<CounterFaultCode>> {
  if (known.frameCounter !== reading.frameCounter) {
    return fail('out-of-order', `frames ${known.frameCounter} and ${reading.frameCounter} at the same time`);
  }
  if (known.value === reading.value) return ok({ state, changes: [] });
  return fail('conflicting-reading', `${known.value} and ${reading.value} in frame ${reading.frameCounter}`);
}

function contradictsOrder(
  readings: readonly CounterReading[],
  index: number,
  reading: CounterReading,
  rules: CounterRules,
): boolean {
  const before = readings[index - 1];
  const after = readings[index];
  if (before === undefined) return false;
  if (after === undefined) return isDelayedCopyOfRun(readings, reading, rules);
  const oneRun = countBetween(before, after, rules).kind === 'counted';
  return oneRun && !(before.frameCounter < reading.frameCounter && reading.frameCounter < after.frameCounter);
}

/**
 * The newest reading by time with a frame counter that fell is a device that began again, unless it fits, frame counter
 * and value, between two readings of the run before it: then its clock is wrong, and to count on from it would count
 * twice.
 */
function isDelayedCopyOfRun(
  readings: readonly CounterReading[],
  reading: CounterReading,
  rules: CounterRules,
): boolean {
  const upperIndex = readings.findLastIndex((after, index) => {
    const before = readings[index - 1];
    return (
      before !== undefined && before.frameCounter < reading.frameCounter && reading.frameCounter <= after.frameCounter
    );
  });
  const lower = readings[upperIndex - 1];
  const upper = readings[upperIndex];
  const newest = readings.at(-1);
  if (lower === undefined || upper === undefined || newest === undefined) return false;
  if (reading.frameCounter > newest.frameCounter) return false;
  const modulus = counterModulus(rules);
  const rise = (from: number, to: number) => (to - from + modulus) % modulus;
  return rise(lower.value, reading.value) + rise(reading.value, upper.value) === rise(lower.value, upper.value);
}

function interval(from: CounterReading, to: CounterReading, rules: CounterRules, corrects: boolean): IntervalChange {
  return { beginMs: from.atMs, endMs: to.atMs, outcome: countBetween(from, to, rules), corrects };
}

function keep(readings: readonly CounterReading[], forgotten: boolean): CounterState {
  if (readings.length <= READINGS_KEPT) return { readings, forgotten };
  return { readings: readings.slice(-READINGS_KEPT), forgotten: true };
}
