import { describe, expect, test } from 'vitest';
import { commitStampMs } from './commit-clock.ts';

describe('the stamp of a commit', () => {
  test.each([
    [1_000_000, 999_999, 1_000_000],
    [1_000_000, 1_000_000, 1_000_000],
    [1_000_000, 1_000_001, 1_000_001],
    [1_000_000, 1_060_000, 1_060_000],
  ])('at %i after %i is %i', (nowMs, lastMs, expected) => {
    expect(commitStampMs(nowMs, lastMs)).toEqual({ ok: true, value: expected });
  });

  test('is refused when the clock is more than a minute behind', () => {
    expect(commitStampMs(1_000_000, 1_060_001)).toMatchObject({ ok: false, fault: { code: 'clock-behind' } });
  });
});
