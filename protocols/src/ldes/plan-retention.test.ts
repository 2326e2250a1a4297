import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FirstLevelNode, planRetention } from './plan-retention.ts';

const DAY_MS = 86_400_000;
const NOW_MS = 1_000 * DAY_MS;
const daysAgo = (days: number): FirstLevelNode => ({ lastMs: NOW_MS - days * DAY_MS });
const ages = (...days: number[]) => days.map(daysAgo);

describe('what may go', () => {
  it.each([
    ['without a policy is nothing', {}, ages(900, 500), 0],
    ['is older than promised', { days: 90 }, ages(200, 91, 90, 89), 2],
    ['leaves what is only just too old, because clocks differ', { days: 90 }, ages(90.01), 0],
    ['is what ended before the start', { startMs: NOW_MS - 100 * DAY_MS }, ages(200, 101, 99), 2],
    ['is nothing after the start, when only that is promised', { startMs: NOW_MS - 300 * DAY_MS }, ages(200, 1), 0],
    ['before the start goes although it is young', { days: 90, startMs: NOW_MS - 10 * DAY_MS }, ages(20, 5), 1],
    ['is nothing while it is not known which versions are the newest', { versions: 1 }, ages(900), 0],
    ['may be everything', { days: 1 }, ages(9, 8, 7), 3],
  ])('%s', (_, policy, nodes, count) => {
    expect(planRetention(policy, nodes, NOW_MS)).toBe(count);
  });

  it('are nodes without a version that is counted, when only versions are promised', () => {
    const superseded = { ...daysAgo(1), holdsNewestVersions: false };
    const current = { ...daysAgo(1), holdsNewestVersions: true };
    expect(planRetention({ versions: 1 }, [superseded, current, superseded], NOW_MS)).toBe(1);
    expect(planRetention({ versions: 1, days: 90 }, [superseded, current], NOW_MS)).toBe(0);
  });

  it('is never younger than promised and never lies behind what stays', () => {
    const nodes = fc
      .array(fc.integer({ min: 0, max: 400 }), { maxLength: 20 })
      .map((days) => days.toSorted((a, b) => b - a));
    fc.assert(
      fc.property(nodes, fc.integer({ min: 1, max: 400 }), (days, promised) => {
        const count = planRetention({ days: promised }, days.map(daysAgo), NOW_MS);
        expect(days.slice(0, count).every((age) => age > promised)).toBe(true);
        expect(days.slice(count).every((age) => age <= promised)).toBe(true);
      }),
      { seed: 75 },
    );
  });
});
