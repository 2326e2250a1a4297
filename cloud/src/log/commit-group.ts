import { type Fault, ok, type Result } from '@meetbrug/protocols/result';
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
 * durable; when it throws, nothing of it may be acknowledged and the connection must not be used again.
 */
export function commitGroup(
  store: Store,
  streams: StreamTable,
  log: BatchLog,
  deliveries: readonly Delivery[],
  nowMs: number,
): Result<CommittedGroup, Fault<'clock-behind'>> {
  const stamp = commitStampMs(nowMs, streams.lastStampMs());
  if (!stamp.ok) return stamp;
  store.exec('BEGIN IMMEDIATE');
  const outcomes = deliveries.map((delivery) => log.append(delivery, stamp.value));
  const heads = streams.saveHeads();
  store.exec('COMMIT');
  return ok({ outcomes, heads });
}
