export interface AttemptLimit {
  /** Counts an attempt; false when its address, or everybody together, has had enough in this window. */
  allows(address: string, nowMs: number): boolean;
}

export interface AttemptBounds {
  readonly windowMs: number;
  readonly perAddress: number;
  /** Of all addresses together: bounds the work and the memory, whoever asks. */
  readonly together: number;
}

/** Attempts in fixed windows. It remembers at most `together` addresses. */
export function createAttemptLimit({ windowMs, perAddress, together }: AttemptBounds): AttemptLimit {
  const counts = new Map<string, number>();
  let windowStartMs = Number.NEGATIVE_INFINITY;
  let total = 0;
  return {
    allows(address, nowMs) {
      // A clock that was set back begins a new window too, or nobody would be let in until it catches up.
      if (nowMs - windowStartMs >= windowMs || nowMs < windowStartMs) {
        counts.clear();
        total = 0;
        windowStartMs = nowMs;
      }
      const count = (counts.get(address) ?? 0) + 1;
      if (total >= together || count > perAddress) return false;
      counts.set(address, count);
      total += 1;
      return true;
    },
  };
}
