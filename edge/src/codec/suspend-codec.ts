import { fail } from '@meetbrug/protocols/result';
import type { Codec } from './codec.ts';

const DEADLINES_MAX = 3;
const SUSPENDED_MS = 60_000;

/**
 * A codec that is left alone for a minute after it has missed its deadline three times in a row, so that a loop in it takes a
 * share of the processor and never all of it. Its faults then are `codec-suspended`, at once. After the minute it gets one try.
 *
 * @param nowMs a clock that only goes forward, in milliseconds
 */
export function suspendAfterDeadlines(codec: Codec, nowMs: () => number): Codec {
  let deadlinesInRow = 0;
  let suspendedUntilMs = Number.NEGATIVE_INFINITY;
  return {
    decode(input) {
      if (nowMs() < suspendedUntilMs) {
        return fail(
          'codec-suspended',
          `left alone for a minute: it was not done in time ${DEADLINES_MAX} times in a row`,
        );
      }
      const output = codec.decode(input);
      const isLate = !output.ok && output.fault.code === 'codec-deadline';
      deadlinesInRow = isLate ? deadlinesInRow + 1 : 0;
      if (deadlinesInRow >= DEADLINES_MAX) suspendedUntilMs = nowMs() + SUSPENDED_MS;
      return output;
    },
  };
}
