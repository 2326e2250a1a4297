import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchChanges } from './watch-changes.ts';

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

function createLab() {
  const lab = { version: 1, expiryMs: undefined as number | undefined, told: 0 };
  const keys = {
    version: () => lab.version,
    nextExpiryMs: (afterMs: number) =>
      lab.expiryMs !== undefined && lab.expiryMs > afterMs ? lab.expiryMs : undefined,
  };
  const watch = watchChanges(keys, Date.now);
  const stop = watch.onChanged(() => {
    lab.told += 1;
  });
  return { lab, watch, stop };
}

test('listeners are told once of a change, of a key that ends, and of a token that ends', () => {
  const { lab, watch } = createLab();
  vi.advanceTimersByTime(3_000);
  expect(lab.told).toBe(0);
  lab.version = 2;
  vi.advanceTimersByTime(3_000);
  expect(lab.told).toBe(1);
  lab.expiryMs = 7_500;
  vi.advanceTimersByTime(1_000);
  expect(lab.told).toBe(1);
  vi.advanceTimersByTime(5_000);
  expect(lab.told).toBe(2);
  watch.expectMs(14_500);
  vi.advanceTimersByTime(2_000);
  expect(lab.told).toBe(2);
  vi.advanceTimersByTime(5_000);
  expect(lab.told).toBe(3);
});

test('listeners are told when the clock was set back, since what ended may be good again', () => {
  const { lab } = createLab();
  vi.advanceTimersByTime(5_000);
  vi.setSystemTime(0);
  vi.advanceTimersByTime(1_000);
  expect(lab.told).toBe(1);
});

test('nobody looks while nobody listens', () => {
  const { watch, stop } = createLab();
  expect(vi.getTimerCount()).toBe(1);
  stop();
  expect(vi.getTimerCount()).toBe(0);
  watch.onChanged(() => undefined);
  expect(vi.getTimerCount()).toBe(1);
  watch.stop();
  expect(vi.getTimerCount()).toBe(0);
});
