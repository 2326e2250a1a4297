import type { EpochMs } from '@meetbrug/protocols/observation';
import { removeOldDamage } from './open-outbox.ts';
import type { Outbox } from './outbox.ts';

const IDLE_MS = 1_000;
/** Between two chunks while there is more: deleting must keep up with a flood without holding the event loop. */
const BUSY_MS = 20;

const DAMAGE_CHECK_MS = 60_000;

/** Deletes files that were set aside as damaged when they have been kept long enough. Returns how to stop it. */
export function startRemovingDamage(
  { dataDir, keepHours }: { readonly dataDir: string; readonly keepHours: number },
  nowMs: () => EpochMs,
  removed: (files: readonly string[]) => void,
): () => void {
  const remove = () => {
    const files = removeOldDamage(dataDir, nowMs(), keepHours);
    if (files.length > 0) removed(files);
  };
  remove();
  const timer = setInterval(remove, DAMAGE_CHECK_MS);
  return () => clearInterval(timer);
}

/** Told by {@link startPruning} of what somebody should know. */
export interface PruningObserver {
  /** There is something new to send: a report of gaps. */
  reported(): void;
  /** Observations that were discarded since the last time, by reason; once a minute at most. */
  discarded(counts: Readonly<Record<string, number>>): void;
  /** The disk has become full, or has room again. */
  roomChanged(lacksRoom: boolean): void;
  failed(error: unknown): void;
}

const DISCARDED_INTERVAL_MS = 60_000;

/** Prunes the outbox in small chunks, for as long as the edge runs. Returns how to stop it. */
export function startPruning(
  outbox: Pick<Outbox, 'prune' | 'nextSequence' | 'lacksRoom' | 'gapTotals'>,
  nowMs: () => EpochMs,
  observer: PruningObserver,
): () => void {
  let lackedRoom = false;
  let toldTotals = new Map(outbox.gapTotals);
  let timer = setTimeout(prune, IDLE_MS);
  const discardedTimer = setInterval(tellDiscarded, DISCARDED_INTERVAL_MS);
  return () => {
    clearTimeout(timer);
    clearInterval(discardedTimer);
  };

  function prune(): void {
    try {
      const { nextSequence } = outbox;
      tellRoom();
      timer = setTimeout(prune, outbox.prune(nowMs()) > 0 ? BUSY_MS : IDLE_MS);
      tellRoom();
      if (outbox.nextSequence > nextSequence) observer.reported();
    } catch (error) {
      clearInterval(discardedTimer);
      observer.failed(error);
    }
  }

  function tellRoom(): void {
    if (outbox.lacksRoom === lackedRoom) return;
    lackedRoom = outbox.lacksRoom;
    observer.roomChanged(lackedRoom);
  }

  function tellDiscarded(): void {
    const added = [...outbox.gapTotals].map(
      ([reason, total]) => [reason, total - (toldTotals.get(reason) ?? 0)] as const,
    );
    toldTotals = new Map(outbox.gapTotals);
    if (added.some(([, count]) => count > 0)) observer.discarded(Object.fromEntries(added));
  }
}
