/** What the store need keep of one stream; without either field everything. */
export interface StorePolicy {
  readonly days?: number | undefined;
  readonly bytes?: number | undefined;
}

/** A stream when its cut-off is planned; instants are stamps of commits. */
export interface StreamAtPlan {
  readonly policy: StorePolicy;
  /** Of the newest commit in any stream: the clock that retention goes by. */
  readonly lastStampMs: number;
  /** The oldest stamp that some view still shows; infinite without views. */
  readonly keptFromMs: number;
  /** The stamp up to which members must go for the rest to fit in `bytes`; undefined when all fits. */
  readonly excessUntilMs: number | undefined;
}

export interface PlannedCutoff {
  /** Members with an older stamp may go; minus infinity for none. */
  readonly cutoffMs: number;
  /** What the views promise takes more than `bytes`. */
  readonly isHeld: boolean;
}

const DAY_MS = 86_400_000;

/** The oldest go first, by age or for room, and never what a view still shows. */
export function planCutoff({ policy, lastStampMs, keptFromMs, excessUntilMs }: StreamAtPlan): PlannedCutoff {
  const byAgeMs = policy.days === undefined ? Number.NEGATIVE_INFINITY : lastStampMs - policy.days * DAY_MS;
  const byRoomMs = excessUntilMs ?? Number.NEGATIVE_INFINITY;
  const cutoffMs = Math.min(Math.max(byAgeMs, byRoomMs), keptFromMs, lastStampMs);
  return { cutoffMs, isHeld: cutoffMs < byRoomMs };
}
