import { describe, expect, it } from 'vitest';
import { canSimulatePowerCut } from '../power-cut/compile-shim.ts';
import { FINDABLE_FAULTS } from './planted-faults.ts';
import { runSchedules } from './run-schedules.ts';

const TIMEOUT_MS = 300_000;
const FAULTS = FINDABLE_FAULTS.filter(({ needsPowerCuts }) => needsPowerCuts !== true || canSimulatePowerCut());

describe('the schedules find the fault that', () => {
  it.each(FAULTS)(
    '$name, within $schedulesMax schedules',
    async ({ plant, saying, schedulesMax }) => {
      const report = await runSchedules({ firstSeed: 1, count: schedulesMax, plant, failuresMax: 1 });
      expect(report.failures[0]?.failure).toMatch(saying);
    },
    TIMEOUT_MS,
  );
});
