import { describe, expect, test } from 'vitest';
import { createAttemptLimit } from './attempt-limit.ts';

const BOUNDS = { windowMs: 1_000, perAddress: 2, together: 3 };

describe('the limit of attempts', () => {
  test('stops one address without stopping another', () => {
    const limit = createAttemptLimit(BOUNDS);
    expect([0, 1, 2].map((ms) => limit.allows('a', ms))).toEqual([true, true, false]);
    expect(limit.allows('b', 3)).toBe(true);
  });

  test('stops everybody when many addresses share the work', () => {
    const limit = createAttemptLimit(BOUNDS);
    expect(['a', 'b', 'c', 'd'].map((address) => limit.allows(address, 0))).toEqual([true, true, true, false]);
  });

  test.each([
    ['the window has passed', 1_000],
    ['the clock was set back', -5_000],
  ])('begins anew when %s', (_, laterMs) => {
    const limit = createAttemptLimit(BOUNDS);
    for (const ms of [0, 1, 2]) limit.allows('a', ms);
    expect(limit.allows('a', laterMs)).toBe(true);
  });
});
