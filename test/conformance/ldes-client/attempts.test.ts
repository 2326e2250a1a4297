import { expect, test } from 'vitest';
import { ATTEMPTS_MAX, attempt } from './attempts.ts';

test.each([
  { goodFrom: 1, outcome: 1, failed: [] },
  { goodFrom: 3, outcome: 3, failed: [1, 2] },
  { goodFrom: ATTEMPTS_MAX + 1, outcome: ATTEMPTS_MAX, failed: [1, 2, 3] },
])('an outcome that is good from attempt $goodFrom on is tried for, at most four times', async (expected) => {
  const { outcome, failed } = await attempt(
    async (number) => number,
    (number) => number >= expected.goodFrom,
  );
  expect({ outcome, failed }).toEqual({ outcome: expected.outcome, failed: expected.failed });
});
