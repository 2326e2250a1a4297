import { setTimeout as delay } from 'node:timers/promises';
import type { Fault, Round } from '../fault.ts';
import { killAndRestart } from './kill-and-restart.ts';

const HOUR_MS = 3_600_000;
const YEAR_MS = 365.25 * 24 * HOUR_MS;
const JUMPED_MS = [200, 700] as const;

/** The clock of the edge leaps, stays wrong for a while and is set right again. */
export function edgeClockJump(name: string, offsetMs: number): Fault {
  return {
    name: `edge-clock-${name}`,
    tally: 'clock',
    async apply({ stand, random }: Round) {
      stand.clocks.edge.setOffset(offsetMs);
      await delay(random.between(...JUMPED_MS));
      stand.clocks.edge.setOffset(0);
      await delay(random.between(...JUMPED_MS));
    },
  };
}

export const EDGE_CLOCK_JUMPS: readonly Fault[] = [
  edgeClockJump('ahead', 30 * HOUR_MS),
  edgeClockJump('back', -30 * HOUR_MS),
  edgeClockJump('years-ahead', 5 * YEAR_MS),
];

/** The edge starts without a clock, at the beginning of 1970, and gets the time while it runs. */
export const EDGE_STARTS_IN_1970: Fault = {
  name: 'edge-clock-1970',
  tally: 'clock',
  async apply({ stand, random }: Round) {
    await killAndRestart(stand, 'edge', () => stand.clocks.edge.setTo(1_000));
    await delay(random.between(...JUMPED_MS));
    stand.clocks.edge.setOffset(0);
    await delay(random.between(...JUMPED_MS));
  },
};

/** The cloud's clock falls back by an hour: it takes nothing until it is right again, and loses nothing. */
export const CLOUD_CLOCK_BACK: Fault = {
  name: 'cloud-clock-back',
  tally: 'clock',
  async apply({ stand, random }: Round) {
    const before = stand.clocks.cloud.offsetMs();
    stand.clocks.cloud.setOffset(before - HOUR_MS);
    await delay(random.between(...JUMPED_MS));
    stand.clocks.cloud.setOffset(before);
  },
};

/** Both clocks pass a change of summer time, an hour that the local clock has not or has twice. */
export function summerTimeChange(changeMs: number): Fault {
  return {
    name: 'summer-time',
    tally: 'clock',
    async apply({ stand }: Round) {
      const startMs = changeMs - 500;
      for (const clock of [stand.clocks.cloud, stand.clocks.edge]) clock.setTo(startMs);
      await delay(1_000);
      stand.clocks.edge.setOffset(0);
    },
  };
}

/** Next changes in Brussels after the machine's own time. */
export function nextSummerTimeChanges(nowMs: number): readonly [toSummer: number, toWinter: number] {
  const next = (month: number): number => {
    const year = new Date(nowMs).getUTCFullYear();
    const candidates = [year, year + 1].map((each) => lastSundayAtOneUtc(each, month));
    return candidates.find((ms) => ms > nowMs) as number;
  };
  return [next(2), next(9)];
}

function lastSundayAtOneUtc(year: number, month: number): number {
  const lastDay = new Date(Date.UTC(year, month + 1, 0, 1));
  return lastDay.getTime() - lastDay.getUTCDay() * 24 * HOUR_MS;
}
