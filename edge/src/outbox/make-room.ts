import type { DiscardStores } from './discard-rows.ts';
import { discardRows } from './discard-rows.ts';
import type { OverflowPolicy } from './group-writer.ts';
import type { OutboxStores } from './outbox-stores.ts';
import { countExpired, EARLIEST_RECEIVED_MS } from './plan-expiry.ts';
import type { UplinkRow } from './row-checksum.ts';

const DELETE_CHUNK = 1_000;
/** Rows whose observations are counted in one transaction, so that the event loop is not held for long. */
const DISCARD_CHUNK = 200;
/** So far behind a row that is stamped with a time that cannot be is looked for one that can. */
const LOOK_AHEAD_ROWS = 10_000;

/**
 * One chunk of work towards room below the bound in bytes: what the cloud has goes first, whatever its age, then what the
 * policy says of the rest. Part of the caller's transaction.
 * @returns how many rows it looked at; 0 when nothing may go
 */
export function makeRoom(stores: OutboxStores): number {
  return deleteAcknowledged(stores) || OVERFLOW[stores.bounds.whenFull](stores);
}

const OVERFLOW: Readonly<Record<OverflowPolicy, (stores: OutboxStores) => number>> = {
  refuse: () => 0,
  'drop-oldest': dropOldest,
  'thin-out': ({ thinOut }) => thinOut.step(),
};

function dropOldest(stores: OutboxStores): number {
  const oldest = oldestUnacknowledged(stores);
  discardRows(stores, oldest, 'dropped');
  return oldest.length;
}

/** The first chunk of what the cloud does not have; reports of gaps are left out. */
function oldestUnacknowledged({ numbering, rows }: DiscardStores): UplinkRow[] {
  const oldest: UplinkRow[] = [];
  for (const row of rows.between(numbering.idOf(numbering.firstUnacknowledged), numbering.nextId)) {
    if (row.gaps === null && !numbering.isAcknowledged(row.id)) oldest.push(row);
    if (oldest.length >= DISCARD_CHUNK) break;
  }
  return oldest;
}

/**
 * Deletes a chunk of the acknowledged rows, oldest first: all of them, or those received before a moment and not behind one
 * that waits still, because a new epoch has to send them again with it. Part of the caller's transaction.
 * @returns how many; a full chunk means that there may be more
 */
export function deleteAcknowledged({ numbering, rows }: DiscardStores, beforeMs?: number): number {
  let deleted = 0;
  for (const [from, to] of numbering.acknowledged) {
    if (beforeMs !== undefined && from > numbering.firstUnacknowledged) break;
    if (numbering.idOf(to) <= 0) continue;
    const [fromId, toId] = [numbering.idOf(from), numbering.idOf(to)];
    const ages = rows.ages(fromId, toId, DELETE_CHUNK - deleted);
    const old = beforeMs === undefined ? ages.length : countOld({ rows }, ages, beforeMs);
    const last = ages[old - 1];
    if (last !== undefined) deleted += rows.delete(fromId, last.id);
    if (old < ages.length || deleted >= DELETE_CHUNK) break;
  }
  // What is deleted must be known as acknowledged after a crash, or it would be taken for lost.
  if (deleted > 0) numbering.save();
  return deleted;
}

function countOld(
  { rows }: Pick<DiscardStores, 'rows'>,
  ages: ReturnType<DiscardStores['rows']['ages']>,
  beforeMs: number,
): number {
  const last = ages.at(-1)?.id ?? 0;
  return countExpired(ages, rows.plausibleMs(last + 1, last + LOOK_AHEAD_ROWS, EARLIEST_RECEIVED_MS), beforeMs);
}

/**
 * Discards a chunk of what has waited for the cloud since before a moment. Part of the caller's transaction.
 * @returns how many; a full chunk means that there may be more
 */
export function expireUnacknowledged(stores: DiscardStores, beforeMs: number): number {
  const oldestMs = stores.rows.receivedMsFrom(stores.numbering.idOf(stores.numbering.firstUnacknowledged));
  if (oldestMs === undefined || oldestMs >= beforeMs) return 0;
  const oldest = oldestUnacknowledged(stores);
  const expired = oldest.slice(0, countOld(stores, oldest, beforeMs));
  discardRows(stores, expired, 'expired');
  return expired.length;
}
