export interface DeliveryRate {
  readonly messagesPerSecondMax: number;
  readonly bytesPerSecondMax: number;
}

/** How long the answer to a message waits, in milliseconds; 0 within the rate. */
export type DelayOf = (edge: string, bytes: number, nowMs: number) => number;

/** A second of the rate may come at once. */
const BURST_MS = 1_000;
/** An answer never waits longer: the keep-alive of the connection must not end meanwhile. */
export const DELAY_MAX_MS = 5_000;

/**
 * Slows an edge that delivers faster than it may. While answers wait its socket is not read, so what is too much stays
 * with the edge. A message costs time, by its count or by its bytes, whichever is more; the debt is kept for each edge,
 * over all its connections, and is bounded, so that an edge is never slowed for what it did long ago.
 *
 * @returns a rule that keeps one number for each edge that delivered: names must come from a closed set
 */
export function createDeliveryRate({ messagesPerSecondMax, bytesPerSecondMax }: DeliveryRate): DelayOf {
  const paidUntilMs = new Map<string, number>();
  return (edge, bytes, nowMs) => {
    const costMs = Math.max(1 / messagesPerSecondMax, bytes / bytesPerSecondMax) * 1_000;
    const paidMs = Math.max(paidUntilMs.get(edge) ?? 0, nowMs) + costMs;
    const boundedMs = Math.min(paidMs, nowMs + BURST_MS + DELAY_MAX_MS);
    paidUntilMs.set(edge, boundedMs);
    return Math.max(0, boundedMs - nowMs - BURST_MS);
  };
}
