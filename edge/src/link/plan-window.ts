/**
 * How much may wait for an acknowledgement: additive increase, multiplicative decrease, as TCP does (RFC 5681), counted in
 * batches. The time-out follows the measured round trip (RFC 6298).
 */
export interface DeliveryWindow {
  /** Batches in flight; the whole part counts. */
  readonly batches: number;
  /** Uplinks of one batch; the whole part counts. */
  readonly batchUplinks: number;
  /** A batch without an acknowledgement for this long is sent again. */
  readonly ackTimeoutMs: number;
  /** Undefined until something was measured. */
  readonly roundTrip: RoundTrip | undefined;
}

interface RoundTrip {
  readonly smoothedMs: number;
  readonly variationMs: number;
  readonly shortestMs: number;
}

export interface WindowBounds {
  /** At least {@link BATCHES_MIN}. */
  readonly batchesInFlightMax: number;
  readonly batchUplinksMax: number;
  readonly ackTimeoutMsMin: number;
  readonly ackTimeoutMsMax: number;
}

/** One for live data and one for the backlog. */
export const BATCHES_MIN = 2;
const BATCHES_START = 4;
const BATCH_UPLINKS_MIN = 16;
const BATCH_STEP = 1 / 8;
/** Acknowledgements within this, or within twice the shortest round trip, are quick: the cloud has room for more. */
const QUICK_MS = 500;
const QUICK_ROUND_TRIPS = 2;
/** Beyond so many times what is quick, what is in flight waits in a queue: a larger one would only age live data. */
const SLOW_FACTOR = 2;

export function startWindow(bounds: WindowBounds): DeliveryWindow {
  return clamp(
    {
      batches: BATCHES_START,
      batchUplinks: bounds.batchUplinksMax,
      ackTimeoutMs: bounds.ackTimeoutMsMin,
      roundTrip: undefined,
    },
    bounds,
  );
}

/**
 * After the acknowledgement of a batch that was sent once, `roundTripMs` ago: the window grows by one batch a round trip
 * while they come quickly and shrinks at that pace when they are slow. A batch that was sent twice tells nothing: it is
 * not known which of the two was acknowledged.
 */
export function afterAcknowledgement(
  window: DeliveryWindow,
  roundTripMs: number,
  bounds: WindowBounds,
): DeliveryWindow {
  const roundTrip = measure(window.roundTrip, roundTripMs);
  const quickMs = Math.max(QUICK_MS, roundTrip.shortestMs * QUICK_ROUND_TRIPS);
  const direction = roundTripMs <= quickMs ? 1 : roundTripMs > quickMs * SLOW_FACTOR ? -1 : 0;
  return clamp(
    {
      batches: window.batches + direction / window.batches,
      batchUplinks: window.batchUplinks * (1 + direction * BATCH_STEP),
      ackTimeoutMs: roundTrip.smoothedMs + 4 * roundTrip.variationMs,
      roundTrip,
    },
    bounds,
  );
}

/** After a time-out, however many batches it met: half as much, and twice as long, until a round trip is measured. */
export function afterTimeout(window: DeliveryWindow, bounds: WindowBounds): DeliveryWindow {
  return clamp({ ...afterBreak(window, bounds), ackTimeoutMs: window.ackTimeoutMs * 2 }, bounds);
}

/** After a connection broke with batches in flight: it may have been refused, so half as much. */
export function afterBreak(window: DeliveryWindow, bounds: WindowBounds): DeliveryWindow {
  return clamp({ ...window, batches: window.batches / 2, batchUplinks: window.batchUplinks / 2 }, bounds);
}

function measure(known: RoundTrip | undefined, ms: number): RoundTrip {
  if (known === undefined) return { smoothedMs: ms, variationMs: ms / 2, shortestMs: ms };
  return {
    variationMs: (3 * known.variationMs + Math.abs(known.smoothedMs - ms)) / 4,
    smoothedMs: (7 * known.smoothedMs + ms) / 8,
    shortestMs: Math.min(known.shortestMs, ms),
  };
}

function clamp(window: DeliveryWindow, bounds: WindowBounds): DeliveryWindow {
  const { batchesInFlightMax, batchUplinksMax, ackTimeoutMsMin, ackTimeoutMsMax } = bounds;
  const within = (value: number, min: number, max: number) => Math.min(Math.max(value, min), max);
  return {
    batches: within(window.batches, BATCHES_MIN, batchesInFlightMax),
    batchUplinks: within(window.batchUplinks, Math.min(BATCH_UPLINKS_MIN, batchUplinksMax), batchUplinksMax),
    ackTimeoutMs: within(window.ackTimeoutMs, ackTimeoutMsMin, ackTimeoutMsMax),
    roundTrip: window.roundTrip,
  };
}
