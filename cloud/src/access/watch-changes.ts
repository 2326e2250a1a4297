import type { KeyStore } from './key-store.ts';

/** Tells those who keep connections open that somebody may have lost what it had. */
export interface ChangeWatch {
  onChanged(listener: () => void): () => void;
  /** Somebody's access ends then. */
  expectMs(atMs: number): void;
  stop(): void;
}

const LOOK_EVERY_MS = 1_000;
/** Moments remembered; in a cloud with more tokens in use the listeners are called each time instead. */
const EXPECTED_MAX = 10_000;

/** Looks once a second, and only while somebody listens: what else happens asks the store anyway. */
export function watchChanges(keys: Pick<KeyStore, 'version' | 'nextExpiryMs'>, nowMs: () => number): ChangeWatch {
  const listeners = new Set<() => void>();
  const expected = new Set<number>();
  let version = keys.version();
  let lookedMs = nowMs();
  let timer: NodeJS.Timeout | undefined;

  const look = () => {
    const now = nowMs();
    const seen = keys.version();
    const keyEndMs = keys.nextExpiryMs(lookedMs);
    const ended = [...expected].filter((atMs) => atMs <= now);
    const isChanged =
      seen !== version ||
      now < lookedMs ||
      (keyEndMs !== undefined && keyEndMs <= now) ||
      ended.length > 0 ||
      expected.size >= EXPECTED_MAX;
    version = seen;
    lookedMs = now;
    for (const atMs of ended) expected.delete(atMs);
    if (isChanged) for (const listener of [...listeners]) listener();
  };

  return {
    onChanged(listener) {
      listeners.add(listener);
      timer ??= setInterval(look, LOOK_EVERY_MS).unref();
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
    expectMs(atMs) {
      if (expected.size < EXPECTED_MAX) expected.add(atMs);
    },
    stop() {
      clearInterval(timer);
      listeners.clear();
    },
  };
}
