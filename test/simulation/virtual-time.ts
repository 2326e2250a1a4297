import type { Cancel, Scheduler } from '@meetbrug/edge/src/scheduler.ts';

interface TimedEvent {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
  cancelled: boolean;
}

/** Events at one instant beyond which nothing moves any more: two parts that wake each other for ever. */
const EVENTS_PER_INSTANT_MAX = 100_000;

/**
 * The only clock of a simulation: an event queue. Time stands still while an event runs and jumps to the next one; events
 * of one instant run in the order in which they were scheduled.
 */
export class VirtualTime {
  #nowMs = 0;
  #order = 0;
  #eventsAtInstant = 0;
  /** A binary heap, earliest first. */
  readonly #heap: TimedEvent[] = [];

  /** Milliseconds since the simulation began; only rises. */
  get nowMs(): number {
    return this.#nowMs;
  }

  after(ms: number, run: () => void): Cancel {
    const event: TimedEvent = { atMs: this.#nowMs + Math.max(0, ms), order: this.#order++, run, cancelled: false };
    this.#push(event);
    return () => {
      event.cancelled = true;
    };
  }

  /** Runs events until `isDone` says so. Returns false when `untilMs` came first, or when nothing was left to run. */
  run(untilMs: number, isDone: () => boolean = () => false): boolean {
    while (!isDone()) {
      const next = this.#heap[0];
      if (next === undefined || next.atMs > untilMs) {
        this.#nowMs = Math.max(this.#nowMs, untilMs);
        return false;
      }
      this.#pop();
      if (next.cancelled) continue;
      this.#eventsAtInstant = next.atMs > this.#nowMs ? 0 : this.#eventsAtInstant + 1;
      if (this.#eventsAtInstant > EVENTS_PER_INSTANT_MAX) throw new Error(`time stands still at ${this.#nowMs} ms`);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.run();
    }
    return true;
  }

  #push(event: TimedEvent): void {
    const heap = this.#heap;
    let at = heap.push(event) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isEarlier(event, heap[parent] as TimedEvent)) break;
      heap[at] = heap[parent] as TimedEvent;
      at = parent;
    }
    heap[at] = event;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (let child = 1; child < heap.length; child = at * 2 + 1) {
      const right = heap[child + 1];
      if (right !== undefined && isEarlier(right, heap[child] as TimedEvent)) child += 1;
      if (!isEarlier(heap[child] as TimedEvent, last)) break;
      heap[at] = heap[child] as TimedEvent;
      at = child;
    }
    heap[at] = last;
  }
}

function isEarlier(a: TimedEvent, b: TimedEvent): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

/** The timers of one process: when it ends, none of them runs any more. */
export class ProcessTimers implements Scheduler {
  readonly #time: VirtualTime;
  #ended = false;

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  immediate(run: () => void): void {
    this.after(0, run);
  }

  after(ms: number, run: () => void): Cancel {
    return this.#time.after(ms, () => {
      if (!this.#ended) run();
    });
  }

  every(ms: number, run: () => void): Cancel {
    let cancel: Cancel = () => undefined;
    const next = () => {
      cancel = this.after(ms, () => {
        next();
        run();
      });
    };
    next();
    return () => cancel();
  }

  end(): void {
    this.#ended = true;
  }
}
