import type { Cancel, Scheduler } from '../scheduler.ts';

export interface AnswerPace {
  /** Answers when its turn has come: at once, until more than a second's worth of messages came faster than they may. */
  answer(done: () => void): void;
  /** Answers everything that waits: there is nobody left to slow down. */
  end(): void;
}

interface Waiting {
  readonly dueMs: number;
  readonly done: () => void;
}

const BURST_MS = 1_000;

/**
 * Slows one sender down to so many messages a second by answering later (the generic cell rate algorithm of ITU-T I.371):
 * its socket is read on only when everything of the last read was answered, so it waits, and nothing is lost. What waits
 * is bounded by one read.
 */
export function paceAnswers(messagesPerSecondMax: number, scheduler: Scheduler, monotonicMs: () => number): AnswerPace {
  const intervalMs = 1_000 / messagesPerSecondMax;
  let waiting: Waiting[] = [];
  let cancel: Cancel | undefined;
  let isEnded = false;
  /** When the messages so far would have come at the highest steady rate. */
  let theoreticalMs = Number.NEGATIVE_INFINITY;
  return {
    answer(done) {
      const nowMs = monotonicMs();
      theoreticalMs = Math.max(theoreticalMs, nowMs) + intervalMs;
      const dueMs = theoreticalMs - BURST_MS;
      if (isEnded || dueMs <= nowMs) {
        done();
        return;
      }
      waiting.push({ dueMs, done });
      cancel ??= scheduler.after(dueMs - nowMs, release);
    },
    end() {
      isEnded = true;
      cancel?.();
      const rest = waiting;
      waiting = [];
      for (const { done } of rest) done();
    },
  };

  function release(): void {
    cancel = undefined;
    const nowMs = monotonicMs();
    const firstLater = waiting.findIndex(({ dueMs }) => dueMs > nowMs);
    const due = firstLater === -1 ? waiting : waiting.slice(0, firstLater);
    waiting = firstLater === -1 ? [] : waiting.slice(firstLater);
    const [next] = waiting;
    if (next !== undefined) cancel = scheduler.after(next.dueMs - nowMs, release);
    for (const { done } of due) done();
  }
}
