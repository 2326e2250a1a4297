import type { Welcome } from '@meetbrug/protocols/delivery';

export interface OutboxNumbering {
  readonly epoch: string;
  /** No sequence of this epoch from here on was ever offered to the cloud by this file or the one it is a copy of. */
  readonly firstUnoffered: number;
  /** One above the last when everything is acknowledged. */
  readonly firstUnacknowledged: number;
}

/**
 * Whether the outbox must begin a new epoch before anything is sent, and above which sequence: revisions have to rise.
 * - The cloud knows a sequence of our epoch that we have not offered it: this file is an older image of itself. It may have
 *   given that number out again by now, to something that came while the cloud was away.
 * - The cloud last heard another epoch, and what we would send is numbered at or below what it knows: a new file.
 */
export function planEpoch(outbox: OutboxNumbering, { last, highestSequence }: Welcome): number | undefined {
  if (last === null) return undefined;
  const behind =
    last.epoch === outbox.epoch
      ? Math.max(last.sequence, highestSequence) >= outbox.firstUnoffered
      : highestSequence >= outbox.firstUnacknowledged;
  return behind ? Math.max(last.sequence, highestSequence) : undefined;
}
