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

/** Deletes what is acknowledged and old in small chunks, for as long as the edge runs. Returns how to stop it. */
export function startPruning(outbox: Outbox, nowMs: () => EpochMs, failed: (error: unknown) => void): () => void {
  let timer = setTimeout(prune, IDLE_MS);
  return () => clearTimeout(timer);

  function prune(): void {
    try {
      timer = setTimeout(prune, outbox.prune(nowMs()) > 0 ? BUSY_MS : IDLE_MS);
    } catch (error) {
      failed(error);
    }
  }
}
