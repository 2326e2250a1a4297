import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type { BatchLog, BatchOutcome, Delivery } from './append-batch.ts';
import { commitStampMs } from './commit-clock.ts';
import type { Store } from './open-store.ts';
import type { StreamHead, StreamTable } from './streams.ts';

export interface CommittedGroup {
  readonly outcomes: readonly BatchOutcome[];
  readonly heads: readonly StreamHead[];
}

/**
 * Commits deliveries together: one transaction, one stamp, one wait for the disk. When it returns a group, all of it is
 * durable; when it throws, nothing of it may be acknowledged and the connection must not be used again. After `disk-full`
 * nothing of it is in the store: what was built on it (`streams`, `log`) must be made anew from the store.
 */
export function commitGroup(
  store: Store,
  streams: StreamTable,
  log: BatchLog,
  deliveries: readonly Delivery[],
  nowMs: number,
): Result<CommittedGroup, Fault<'clock-behind' | 'disk-full'>> {
  const stamp = commitStampMs(nowMs, streams.lastStampMs());
  if (!stamp.ok) return stamp;
  return inTransaction(store, () => {
    streams.refresh();
    const outcomes = deliveries.map((delivery) => log.append(delivery, stamp.value));
    return { outcomes, heads: streams.saveHeads() };
  });
}

/**
 * Does some work and commits it, or nothing of it: after `disk-full` what was built on the work must be made anew from the
 * store; when it throws, the connection must not be used again.
 */
export function inTransaction<T>(store: Store, work: () => T): Result<T, Fault<'disk-full'>> {
  try {
    store.exec('BEGIN IMMEDIATE');
    const value = work();
    store.exec('COMMIT');
    return ok(value);
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    // SQLite may have rolled back by itself.
    if (store.inTransaction) store.exec('ROLLBACK');
    return fail('disk-full', (error as Error).message);
  }
}

/** No room is no damage. Any other error of the disk is: what is on it then nobody knows. */
function isDiskFull(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === 'SQLITE_FULL';
}
