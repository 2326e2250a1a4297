import type { EpochMs } from '@meetbrug/protocols/observation';
import type { RowAge } from './uplink-rows.ts';

/** No row was received before: a clock that says so has lost its time. */
export const EARLIEST_RECEIVED_MS = Date.UTC(2020, 0, 1);

/**
 * How many of some rows, oldest first, were received before a moment. Rows lie in the order in which they came, whatever
 * the clock said, so one that is stamped with a time that cannot be is taken to be as young as the next one that can, and
 * nothing behind a young row is old.
 * @param followingMs when the first row behind these was received whose time can be; undefined: there is none
 */
export function countExpired(ages: readonly RowAge[], followingMs: EpochMs | undefined, beforeMs: EpochMs): number {
  let youngest = followingMs ?? Number.POSITIVE_INFINITY;
  let firstYoung = ages.length;
  for (let index = ages.length - 1; index >= 0; index -= 1) {
    const receivedMs = (ages[index] as RowAge).received_ms;
    if (receivedMs >= EARLIEST_RECEIVED_MS) youngest = receivedMs;
    if (youngest >= beforeMs) firstYoung = index;
  }
  return firstYoung;
}
