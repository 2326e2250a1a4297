import type { EpochMs } from '@meetbrug/protocols/observation';
import type { ClockTrust } from './clock-watch.ts';
import { deleteAcknowledged, expireUnacknowledged, makeRoom } from './make-room.ts';
import type { OutboxStores } from './outbox-stores.ts';

const MS_PER_DAY = 86_400_000;

/**
 * One chunk of everything that goes with time, and the reports of what was discarded. Part of the caller's transaction.
 * @returns how many rows and payloads went or were written; above 0 there may be more
 */
export function pruneStores(stores: OutboxStores, trust: ClockTrust, nowMs: EpochMs): number {
  const { bounds, quarantine, unknownDevices, countCells, levelRevisions, gapReporter, space } = stores;
  const keptFromMs = nowMs - bounds.keepAcknowledgedDays * MS_PER_DAY;
  quarantine.dropOld(nowMs);
  countCells.forgetOld(nowMs);
  levelRevisions.forgetOld(keptFromMs);
  let count = quarantine.expirePayloads(nowMs) + unknownDevices.expirePayloads(nowMs);
  if (trust.forAcknowledged) count += deleteAcknowledged(stores, keptFromMs);
  if (trust.forUnacknowledged) {
    count += expireUnacknowledged(stores, nowMs - bounds.keepUnacknowledgedDays * MS_PER_DAY);
  }
  if (space.usedBytes >= bounds.bytesMax) count += makeRoom(stores);
  return count + Number(gapReporter.report(nowMs));
}
