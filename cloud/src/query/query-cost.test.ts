import { expect, test } from 'vitest';
import { checkCost, DATASTREAMS_MAX } from './query-cost.ts';

const YEAR_MS = 365 * 86_400_000;

test.each([
  [1, YEAR_MS * 50, undefined, true],
  [1, YEAR_MS, 'PT1M', true],
  [1, 10 * YEAR_MS, 'PT1M', false],
  [DATASTREAMS_MAX, YEAR_MS, 'P1D', true],
  [DATASTREAMS_MAX, YEAR_MS, 'PT1H', false],
  [DATASTREAMS_MAX + 1, 1, undefined, false],
  [5, 200 * YEAR_MS, 'P1M', true],
] as const)('%i datastreams over %i ms by %s: %s', (datastreams, toMs, every, isAllowed) => {
  const cost = checkCost({ datastreams, fromMs: 0, toMs, every });
  expect(cost.ok).toBe(isAllowed);
  if (!cost.ok) expect(cost.fault.detail).toMatch(/ask for/);
});
