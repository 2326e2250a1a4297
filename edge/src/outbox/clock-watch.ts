import type { EpochMs } from '@meetbrug/protocols/observation';

/** A clock that steps further between two looks, a second apart, was set. */
const STEP_MS_MAX = 300_000;
/** So long must a clock run without being set before it may say that something is old. */
export const STEADY_MS = 3_600_000;

/** What the clock may decide: see {@link ClockWatch.note}. */
export interface ClockTrust {
  /** Whether what the cloud has may be deleted by its age. */
  readonly forAcknowledged: boolean;
  /** Whether what the cloud does not have may be. */
  readonly forUnacknowledged: boolean;
}

/**
 * Whether a clock may be believed about ages. A box without a battery starts at 1970 or at its last shutdown and is set
 * when the network comes; a clock that jumps ahead by years must not empty the outbox. So a clock that was set, in either
 * direction, says nothing for an hour. At the start it is believed about what the cloud has, and after an hour about the
 * rest.
 */
export class ClockWatch {
  #lastMs: EpochMs | undefined;
  #steadySinceMs = 0;
  #wasSet = false;

  /** Looks at the clock; to be called often. */
  note(nowMs: EpochMs): ClockTrust {
    const stepMs = this.#lastMs === undefined ? undefined : nowMs - this.#lastMs;
    if (stepMs === undefined || stepMs < 0 || stepMs > STEP_MS_MAX) {
      this.#steadySinceMs = nowMs;
      this.#wasSet = stepMs !== undefined;
    }
    this.#lastMs = nowMs;
    const isSteady = nowMs - this.#steadySinceMs >= STEADY_MS;
    return { forAcknowledged: isSteady || !this.#wasSet, forUnacknowledged: isSteady };
  }
}
