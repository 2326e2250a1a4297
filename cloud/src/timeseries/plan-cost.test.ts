import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from './bucket-calendar.ts';
import { checkDownsample, checkRange, checkStatistics } from './plan-cost.ts';
import { type DownsampleQuery, PAGE_ROWS_MAX } from './time-series.ts';

const ids = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const YEAR_MS = 365 * DAY_MS;
const hourly = (count: number, years: number): DownsampleQuery => ({
  datastreams: ids(count),
  fromMs: 0,
  toMs: years * YEAR_MS,
  every: 'PT1H',
  zone: 'UTC',
  aggregates: ['mean'],
  limit: 100,
});

test.each([
  ['a page of everything of 10,000', checkRange({ datastreams: ids(10_000), limit: PAGE_ROWS_MAX }), true],
  ['more datastreams', checkRange({ datastreams: ids(10_001), limit: 10 }), false],
  ['a larger page', checkRange({ datastreams: [1], limit: PAGE_ROWS_MAX + 1 }), false],
  ['an empty page', checkRange({ datastreams: [1], limit: 0 }), false],
  ['hourly means of a year of 1,000', checkDownsample(hourly(1_000, 1), HOUR_MS), true],
  ['hourly means of a year of 10,000', checkDownsample(hourly(10_000, 1), HOUR_MS), false],
  ['minutes of a century', checkDownsample({ ...hourly(1, 100), every: 'PT1M' }, 60_000), false],
  [
    'statistics of ten years of 100 from rollups',
    checkStatistics({ datastreams: ids(100), fromMs: 0, toMs: 10 * YEAR_MS }, true),
    true,
  ],
  [
    'the same from observations',
    checkStatistics({ datastreams: ids(100), fromMs: 0, toMs: 10 * YEAR_MS }, false),
    false,
  ],
  [
    'statistics of a thousand years',
    checkStatistics({ datastreams: [1], fromMs: 0, toMs: 1_000 * YEAR_MS }, true),
    false,
  ],
])('%s is decided before anything is read', (_, checked, isAllowed) => {
  expect(checked.ok).toBe(isAllowed);
  if (!checked.ok) expect(checked.fault.code).toBe('too-costly');
});
