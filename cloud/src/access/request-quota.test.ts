import { expect, test } from 'vitest';
import { createRequestQuota } from './request-quota.ts';

const MINUTE_MS = 60_000;

test('a caller has so many requests a minute, and is told how long to wait for more', () => {
  const quota = createRequestQuota();
  expect([1, 2, 3].map(() => quota.count('a', 3, 0))).toEqual([undefined, undefined, undefined]);
  expect(quota.count('a', 3, 1_000)).toBe(59);
  expect(quota.count('b', 3, 1_000)).toBeUndefined();
  expect(quota.count('a', 3, MINUTE_MS - 1)).toBe(1);
  expect(quota.count('a', 3, MINUTE_MS)).toBeUndefined();
});

test('a clock that was set back begins anew', () => {
  const quota = createRequestQuota();
  quota.count('a', 1, 10 * MINUTE_MS);
  expect(quota.count('a', 1, 10 * MINUTE_MS)).toBe(60);
  expect(quota.count('a', 1, 0)).toBeUndefined();
});

test('of very many callers in one minute the further ones wait, and those that are known go on', () => {
  const quota = createRequestQuota();
  for (let caller = 0; caller < 20_000; caller += 1) quota.count(`caller ${caller}`, 10, 0);
  expect(quota.count('one more', 10, 0)).toBe(60);
  expect(quota.count('caller 5', 10, 0)).toBeUndefined();
});
