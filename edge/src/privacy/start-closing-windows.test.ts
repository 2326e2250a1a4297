import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startClosingWindows } from './start-closing-windows.ts';

const START_MS = Date.UTC(2026, 10, 24);

let nowMs: number;
let isFull: boolean;
let closedAt: number[];
let notified: number;
let failures: unknown[];
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  [nowMs, isFull, closedAt, notified, failures] = [START_MS, false, [], 0, []];
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

function start(closeCountWindows: (ms: number) => number): void {
  stop = startClosingWindows({
    outbox: { closeCountWindows, isFull: () => isFull },
    nowMs: () => nowMs,
    closeAfterSeconds: 600,
    notify: () => {
      notified += 1;
    },
    failed: (error) => failures.push(error),
  });
}

function pass(seconds: number): void {
  for (let second = 0; second < seconds; second += 1) {
    nowMs += 1_000;
    vi.advanceTimersByTime(1_000);
  }
}

describe('closing windows', () => {
  it('waits after the start as long as a window waits for its late uplinks', () => {
    start((ms) => closedAt.push(ms) && 0);
    pass(599);
    expect(closedAt).toEqual([]);
    pass(2);
    expect(closedAt).toEqual([START_MS + 600_000, START_MS + 601_000]);
    expect(notified).toBe(0);
  });

  it('rests while the outbox is full and tells when there is something to send', () => {
    start(() => 3);
    isFull = true;
    pass(700);
    expect(notified).toBe(0);
    isFull = false;
    pass(1);
    expect(notified).toBe(1);
  });

  it('ends with a failure of the outbox and does not try again', () => {
    start(() => {
      throw new Error('disk');
    });
    pass(700);
    expect(failures).toHaveLength(1);
  });
});
