import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';

/** How far the clock may fall behind the last stamp before the log stops. */
export const CLOCK_BEHIND_MAX_MS = 60_000;

/**
 * The stamp of a commit (`prov:generatedAtTime` of all it publishes): now, but never before the last one, so that the
 * stream stays in order. A clock that is far behind is refused instead: holding all stamps at one instant for long
 * would tell readers a wrong time.
 */
export function commitStampMs(nowMs: number, lastStampMs: number): Result<number, Fault<'clock-behind'>> {
  if (nowMs < lastStampMs - CLOCK_BEHIND_MAX_MS) {
    const behindSeconds = Math.round((lastStampMs - nowMs) / 1000);
    return fail(
      'clock-behind',
      `the clock of this machine is ${behindSeconds} s behind the last commit: set the clock; until then edges keep their data`,
    );
  }
  return ok(Math.max(nowMs, lastStampMs));
}
