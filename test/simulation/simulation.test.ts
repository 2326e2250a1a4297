import { describe, expect, it } from 'vitest';
import { canSimulatePowerCut } from '../power-cut/compile-shim.ts';
import { runSchedules } from './run-schedules.ts';

const SCHEDULES = 300;
/** What a range of schedules must come to, or their faults prove nothing. */
const REACHED = [
  ...['killed', 'power-cut', 'stopped', 'restored', 'epoch', 'clock-behind', 'disconnected', 'timed-out'],
  ...['corrections', 'duplicates', 'superseded', 'dropped', 'thinned', 'refused'],
];
const TIMEOUT_MS = 600_000;

describe('the shipped modules under simulated time, network and disk', () => {
  it(
    `keep every promise in ${SCHEDULES} schedules that reach all there is to reach`,
    async () => {
      const report = await runSchedules({ firstSeed: 1, count: SCHEDULES });
      expect(report.failures.map(({ seed, failure }) => `seed ${seed}: ${failure}`)).toEqual([]);
      expect(report.count).toBe(SCHEDULES);
      expect(report.cutsPower).toBe(canSimulatePowerCut());
      const rare = REACHED.filter((kind) => (report.happenings[kind] ?? 0) <= 10);
      expect(rare).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it('repeat a schedule to the letter from its seed', async () => {
    const [first, second] = await Promise.all(
      [1, 2].map(() => runSchedules({ firstSeed: 20, count: 5, keepTrace: true, workersMax: 1 })),
    );
    expect(first?.traces.flat().length).toBeGreaterThan(500);
    expect(first?.traces).toEqual(second?.traces);
  });
});
