import type { EdgeGapReason } from '@meetbrug/protocols/delivery';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startPruning } from './start-pruning.ts';

/** An outbox that does at each call what the test says. */
class StagedOutbox {
  lacksRoom = false;
  nextSequence = 1;
  readonly gapTotals = new Map<EdgeGapReason, number>([['dropped', 3]]);
  prune: () => number = () => 0;
}

let outbox: StagedOutbox;
let told: unknown[];
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  outbox = new StagedOutbox();
  told = [];
  stop = startPruning(outbox, () => 0, {
    reported: () => told.push('reported'),
    discarded: (counts) => told.push(counts),
    roomChanged: (lacksRoom) => told.push({ lacksRoom }),
    failed: (error) => told.push(String(error)),
  });
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

describe('pruning', () => {
  it('goes on at once while there is more, and rests a second when there is not', () => {
    let chunks = 5;
    let calls = 0;
    outbox.prune = () => {
      calls += 1;
      chunks -= 1;
      return Math.max(0, chunks);
    };
    vi.advanceTimersByTime(1_200);
    expect(calls).toBe(5);
  });

  it('tells that there is a report to send when one was written', () => {
    outbox.prune = () => {
      outbox.nextSequence = 2;
      return 1;
    };
    vi.advanceTimersByTime(1_100);
    expect(told).toEqual(['reported']);
  });

  it('says once that the disk is full and once that it is not', () => {
    outbox.lacksRoom = true;
    vi.advanceTimersByTime(5_000);
    outbox.prune = () => {
      outbox.lacksRoom = false;
      return 0;
    };
    vi.advanceTimersByTime(5_000);
    expect(told).toEqual([{ lacksRoom: true }, { lacksRoom: false }]);
  });

  it('says once a minute what was discarded since it last said so', () => {
    outbox.gapTotals.set('dropped', 10);
    outbox.gapTotals.set('expired', 1);
    vi.advanceTimersByTime(180_000);
    expect(told).toEqual([{ dropped: 7, expired: 1 }]);
  });

  it('ends with a failure', () => {
    outbox.prune = () => {
      throw new Error('fsync');
    };
    vi.advanceTimersByTime(180_000);
    expect(told).toEqual(['Error: fsync']);
  });
});
