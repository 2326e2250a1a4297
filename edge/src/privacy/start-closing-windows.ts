import type { EpochMs } from '@meetbrug/protocols/observation';
import type { Outbox } from '../outbox/outbox.ts';

const TICK_MS = 1_000;

export interface ClosingOptions {
  readonly outbox: Pick<Outbox, 'closeCountWindows' | 'isFull'>;
  readonly nowMs: () => EpochMs;
  /** No window closes this soon after the start: its uplinks may wait at a broker that the edge only now connects to. */
  readonly closeAfterSeconds: number;
  /** There is something new to send. */
  readonly notify: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Closes count windows when their time has come, for as long as the edge runs. While the outbox is full none closes: no
 * count can arrive either. Returns how to stop.
 */
export function startClosingWindows(options: ClosingOptions): () => void {
  const { outbox, nowMs } = options;
  const startedMs = nowMs();
  let timer = setTimeout(tick, TICK_MS);
  return () => clearTimeout(timer);

  function tick(): void {
    try {
      if (nowMs() >= startedMs + options.closeAfterSeconds * 1_000 && !outbox.isFull()) {
        const closedCount = outbox.closeCountWindows(nowMs());
        if (closedCount > 0) options.notify();
      }
      timer = setTimeout(tick, TICK_MS);
    } catch (error) {
      options.failed(error);
    }
  }
}
