import type { EpochMs } from '@meetbrug/protocols/observation';

/** Whether the clock of this machine is synchronised; undefined where nobody says. */
export type ClockState = (nowMs: EpochMs) => boolean | undefined;

/** Nothing configured: the state is unknown and no value is flagged for it. */
export const UNKNOWN_CLOCK: ClockState = () => undefined;

/** How long an answer is used: uplinks come by the thousand a second. */
const ASKED_AGAIN_MS = 10_000;

/**
 * Asks a file that exists while the clock is synchronised, as systemd-timesyncd keeps `/run/systemd/timesync/synchronized`.
 * It is looked at every ten seconds at most.
 */
export function clockStateByFile(file: string, exists: (file: string) => boolean): ClockState {
  let askedMs = Number.NEGATIVE_INFINITY;
  let synchronised = false;
  return (nowMs) => {
    if (Math.abs(nowMs - askedMs) >= ASKED_AGAIN_MS) {
      askedMs = nowMs;
      synchronised = exists(file);
    }
    return synchronised;
  };
}
