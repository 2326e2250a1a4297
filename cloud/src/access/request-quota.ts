/** Requests a minute of each caller, in fixed windows. */
export interface RequestQuota {
  /** Counts a request; the seconds until the next window when the caller has had enough in this one. */
  count(identity: string, requestsPerMinute: number, nowMs: number): number | undefined;
}

const WINDOW_MS = 60_000;
/** Callers remembered in one window; in a window with more, further ones wait for the next. */
const CALLERS_MAX = 20_000;

export function createRequestQuota(): RequestQuota {
  const counts = new Map<string, number>();
  let windowStartMs = Number.NEGATIVE_INFINITY;
  return {
    count(identity, requestsPerMinute, nowMs) {
      // A clock that was set back begins a new window too, or nobody would be let in until it catches up.
      if (nowMs - windowStartMs >= WINDOW_MS || nowMs < windowStartMs) {
        counts.clear();
        windowStartMs = nowMs;
      }
      const known = counts.get(identity);
      const isFull = known === undefined && counts.size >= CALLERS_MAX;
      if (isFull || (known ?? 0) >= requestsPerMinute) {
        return Math.max(1, Math.ceil((windowStartMs + WINDOW_MS - nowMs) / 1_000));
      }
      counts.set(identity, (known ?? 0) + 1);
      return undefined;
    },
  };
}
