import { describe, expect, it } from 'vitest';
import { countExpired } from './plan-expiry.ts';

const DAY_MS = 86_400_000;
const NOON = Date.UTC(2026, 10, 24, 12);
const daysAgo = (days: number) => NOON - days * DAY_MS;
const LOST = 60_000; // one minute past 1970
const stamped = (...times: number[]) => times.map((received_ms, index) => ({ id: index + 1, received_ms }));

describe('rows older than seven days', () => {
  it.each([
    ['all of them', stamped(daysAgo(9), daysAgo(8)), daysAgo(1), 2],
    ['none', stamped(daysAgo(6), daysAgo(5)), daysAgo(1), 0],
    ['the first ones', stamped(daysAgo(9), daysAgo(8), daysAgo(6)), undefined, 2],
    ['none behind a young one, whose clock was ahead', stamped(daysAgo(9), daysAgo(-400), daysAgo(8)), undefined, 1],
    ['none of a start at 1970 in front of a young one', stamped(LOST, LOST + 1, daysAgo(1)), undefined, 0],
    ['a start at 1970 in front of an old one', stamped(LOST, LOST + 1, daysAgo(8)), undefined, 3],
    ['a start at 1970 whose clock was set behind this chunk', stamped(daysAgo(9), LOST), daysAgo(8), 2],
    ['not a start at 1970 behind which nothing is known', stamped(daysAgo(9), LOST), undefined, 1],
  ])('are %s', (_, rows, followingMs, expected) => {
    expect(countExpired(rows, followingMs, daysAgo(7))).toBe(expected);
  });
});
