import { describe, expect, it } from 'vitest';
import { RETRY_MS_MAX, readRetryAfter, retryDelayMs } from './retry-delay.ts';

describe('how long to wait after a failure', () => {
  const delay = (attempts: number, random: number, retryAfterMs?: number) =>
    retryDelayMs({ attempts, random, retryAfterMs, backoffMsMax: 60_000 });

  it('doubles with each failure, up to its bound', () => {
    expect([1, 2, 3, 8, 200].map((attempts) => delay(attempts, 0.999_999))).toEqual([
      expect.closeTo(500, 2),
      expect.closeTo(1_000, 2),
      expect.closeTo(2_000, 2),
      expect.closeTo(60_000, 0),
      expect.closeTo(60_000, 0),
    ]);
  });
  it('is spread by chance over its second half', () => {
    expect([0, 0.5].map((random) => delay(3, random))).toEqual([1_000, 1_500]);
  });
  it('is never shorter than the publisher asks for, within an hour', () => {
    expect(delay(1, 0, 120_000)).toBe(120_250);
    expect(delay(1, 0, 86_400_000)).toBe(RETRY_MS_MAX);
  });
});

describe('Retry-After', () => {
  it.each([
    ['120', 120_000],
    [' 0', 0],
    ['Wed, 21 Oct 2026 07:28:10 GMT', 10_000],
    ['Wed, 21 Oct 2026 07:27:00 GMT', 0],
    ['soon', undefined],
    [undefined, undefined],
  ])('%s', (header, ms) => {
    expect(readRetryAfter(header, Date.parse('2026-10-21T07:28:00Z'))).toBe(ms);
  });
});
