import type { Scheduler } from '../scheduler.ts';

export interface ManualTime {
  readonly scheduler: Scheduler;
  readonly nowMs: () => number;
  /** Lets so much time pass, and does on the way what is due, in order. */
  pass(ms: number): void;
}

interface Due {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** Time that passes only when a test says so. */
export function manualTime(): ManualTime {
  let nowMs = 0;
  let orderCount = 0;
  let waiting: Due[] = [];
  const add = (atMs: number, run: () => void) => {
    orderCount += 1;
    const due: Due = { atMs, order: orderCount, run };
    waiting.push(due);
    return () => {
      waiting = waiting.filter((other) => other !== due);
    };
  };
  const scheduler: Scheduler = {
    immediate: (run) => void add(nowMs, run),
    after: (ms, run) => add(nowMs + ms, run),
    every(ms, run) {
      let cancel = add(nowMs + ms, again);
      return () => cancel();
      function again(): void {
        cancel = add(nowMs + ms, again);
        run();
      }
    },
  };
  return {
    scheduler,
    nowMs: () => nowMs,
    pass(ms) {
      const untilMs = nowMs + ms;
      for (;;) {
        const [next] = waiting.toSorted((a, b) => a.atMs - b.atMs || a.order - b.order);
        if (next === undefined || next.atMs > untilMs) break;
        waiting = waiting.filter((other) => other !== next);
        nowMs = next.atMs;
        next.run();
      }
      nowMs = untilMs;
    },
  };
}
