import { addRange, type SequenceRange } from '@meetbrug/protocols/delivery';

/** Live: the newest uplinks. Backlog: what is older and still has to go. */
export type BatchKind = 'live' | 'backlog';

export interface InFlight {
  readonly range: SequenceRange;
  readonly kind: BatchKind;
}

export interface DeliveryState {
  readonly acknowledged: readonly SequenceRange[];
  readonly inFlight: readonly InFlight[];
  readonly nextSequence: number;
}

export interface DeliveryBounds {
  readonly batchesInFlightMax: number;
  readonly batchUplinksMax: number;
}

/** Kept free for live data, so that a backlog never makes it wait for more than its own turn. */
const LIVE_BATCHES_MAX = 2;

/**
 * The next batch to send; undefined when all is sent or as many wait for an acknowledgement as may. Live data goes first,
 * taken from the newest end; beside it the backlog drains from the oldest end.
 */
export function planDelivery(state: DeliveryState, bounds: DeliveryBounds): InFlight | undefined {
  const { inFlight, nextSequence } = state;
  if (inFlight.length >= bounds.batchesInFlightMax) return undefined;
  let covered = state.acknowledged;
  for (const { range } of inFlight) covered = addRange(covered, range);

  const newestCovered = covered.at(-1)?.[1] ?? 0;
  const liveCount = inFlight.filter(({ kind }) => kind === 'live').length;
  if (newestCovered < nextSequence - 1 && liveCount < LIVE_BATCHES_MAX) {
    const from = Math.max(newestCovered + 1, nextSequence - bounds.batchUplinksMax);
    return { kind: 'live', range: [from, nextSequence - 1] };
  }

  if (inFlight.length - liveCount >= bounds.batchesInFlightMax - LIVE_BATCHES_MAX) return undefined;
  const [first, second] = covered;
  const from = first !== undefined && first[0] === 1 ? first[1] + 1 : 1;
  const nextCovered = from === 1 ? first : second;
  const end = Math.min((nextCovered?.[0] ?? nextSequence) - 1, from + bounds.batchUplinksMax - 1);
  return end < from ? undefined : { kind: 'backlog', range: [from, end] };
}
