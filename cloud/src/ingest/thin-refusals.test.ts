import { expect, test } from 'vitest';
import { thinRefusals } from './thin-refusals.ts';

test('a refusal is said at once, then once an interval with how many were left out, each reason apart', () => {
  let nowMs = 0;
  const lineOf = thinRefusals(1_000, () => nowMs);
  expect([lineOf('a'), lineOf('a'), lineOf('b'), lineOf('a')]).toEqual([1, undefined, 1, undefined]);
  nowMs = 999;
  expect(lineOf('a')).toBeUndefined();
  nowMs = 1_000;
  expect([lineOf('a'), lineOf('a')]).toEqual([4, undefined]);
  nowMs = 9_000;
  expect([lineOf('b'), lineOf('a')]).toEqual([1, 2]);
});
