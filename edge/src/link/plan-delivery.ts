import { addRange, type SequenceRange } from '@meetbrug/protocols/delivery';

/** Live: the newest uplinks. Backlog: what is older and still has to go. History: acknowledged once, asked for again. */
export type BatchKind = 'live' | 'backlog' | 'history';

export interface InFlight {
  readonly range: SequenceRange;
  readonly kind: BatchKind;
}

export interface DeliveryState {
  readonly acknowledged: readonly SequenceRange[];
  /** Acknowledged, and to be sent again all the same. */
  readonly history: readonly SequenceRange[];
  readonly inFlight: readonly InFlight[];
  readonly nextSequence: number;
}

export interface DeliveryBounds {
  /** At least 2: one for live data, one for what is older. */
  readonly batchesInFlightMax: number;
  readonly batchUplinksMax: number;
}

/** Kept free for live data, so that a backlog never makes it wait for more than its own turn. */
const LIVE_BATCHES_MAX = 2;

/**
 * The next batch to send; undefined when all is sent or as many wait for an acknowledgement as may. Live data goes first,
 * taken from the newest end; beside it the backlog drains from the oldest end, and after the backlog the history.
 */
export function planDelivery(state: DeliveryState, bounds: DeliveryBounds): InFlight | undefined {
  const { inFlight, nextSequence } = state;
  if (inFlight.length >= bounds.batchesInFlightMax) return undefined;
  let covered = state.acknowledged;
  for (const { range } of inFlight) covered = addRange(covered, range);

  const liveShare = Math.min(LIVE_BATCHES_MAX, bounds.batchesInFlightMax - 1);
  const newestCovered = covered.at(-1)?.[1] ?? 0;
  const liveCount = inFlight.filter(({ kind }) => kind === 'live').length;
  if (newestCovered < nextSequence - 1 && liveCount < liveShare) {
    const from = Math.max(newestCovered + 1, nextSequence - bounds.batchUplinksMax);
    return { kind: 'live', range: [from, nextSequence - 1] };
  }

  if (inFlight.length - liveCount >= bounds.batchesInFlightMax - liveShare) return undefined;
  const [first, second] = covered;
  const from = first !== undefined && first[0] === 1 ? first[1] + 1 : 1;
  const nextCovered = from === 1 ? first : second;
  const end = Math.min((nextCovered?.[0] ?? nextSequence) - 1, from + bounds.batchUplinksMax - 1);
  return end < from ? planHistory(state, bounds) : { kind: 'backlog', range: [from, end] };
}

/** The oldest piece of the history that is not on its way. */
function planHistory({ history, inFlight }: DeliveryState, { batchUplinksMax }: DeliveryBounds): InFlight | undefined {
  const underWay = inFlight.map(({ range }) => range).toSorted((a, b) => a[0] - b[0]);
  for (const [first, last] of history) {
    let from = first;
    for (const [busyFrom, busyTo] of underWay) {
      if (busyFrom > from) break;
      from = Math.max(from, busyTo + 1);
    }
    if (from > last) continue;
    const nextBusy = underWay.find(([busyFrom]) => busyFrom > from)?.[0] ?? Number.POSITIVE_INFINITY;
    return { kind: 'history', range: [from, Math.min(last, nextBusy - 1, from + batchUplinksMax - 1)] };
  }
  return undefined;
}
