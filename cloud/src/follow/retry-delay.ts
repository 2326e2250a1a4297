/** Before the second attempt. */
const FIRST_MS = 500;
/** The longest that a server may have us wait, by `Retry-After` or by failing again and again. */
export const RETRY_MS_MAX = 3_600_000;

export interface FailedAttempts {
  /** How many attempts have failed in a row, at least 1. */
  readonly attempts: number;
  /** What the server asked for. */
  readonly retryAfterMs?: number | undefined;
  /** How far the waiting grows by itself. */
  readonly backoffMsMax: number;
  /** From 0 to below 1. */
  readonly random: number;
}

/**
 * How long to wait after a failure: doubled each time, the second half of it by chance, so that those who failed together
 * do not come back together; never shorter than the server asked for, within an hour.
 */
export function retryDelayMs({ attempts, retryAfterMs = 0, backoffMsMax, random }: FailedAttempts): number {
  const doubled = Math.min(FIRST_MS * 2 ** Math.min(attempts - 1, 30), backoffMsMax);
  return Math.min(RETRY_MS_MAX, retryAfterMs + doubled / 2 + (doubled / 2) * random);
}

/** Milliseconds that `Retry-After` asks for: seconds or an HTTP date (RFC 9110, 10.2.3); undefined when it is neither. */
export function readRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1_000;
  const dateMs = Date.parse(header);
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}
