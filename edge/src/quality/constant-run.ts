import type { EpochMs } from '@meetbrug/protocols/observation';

/** The current run of equal values and how long such runs normally last: five numbers a datastream. */
export interface ConstantRun {
  readonly value: number;
  readonly sinceMs: EpochMs;
  readonly untilMs: EpochMs;
  /** Mean length of the runs that ended, weighted towards the recent ones. */
  readonly meanRunMs: number;
  /** Runs that ended, counted up to {@link RUNS_TO_KNOW}. */
  readonly endedRuns: number;
}

/** So many runs must have ended before a datastream is known to vary. */
export const RUNS_TO_KNOW = 3;
/** A datastream normally varies when its runs last a quarter of the limit at most. */
const NORMAL_SHARE = 0.25;
const RECENT_WEIGHT = 1 / 8;

export const HOUR_MS = 3_600_000;

/**
 * The run after one more value. A late value does not lengthen a run, and ends it where it differs. A silence of more
 * than half the limit starts a new run: what the sensor did meanwhile is not known.
 */
export function extendRun(
  run: ConstantRun | undefined,
  value: number,
  atMs: EpochMs,
  stuckAfterHours: number,
): ConstantRun {
  if (run === undefined) return { value, sinceMs: atMs, untilMs: atMs, meanRunMs: 0, endedRuns: 0 };
  if (atMs <= run.untilMs) {
    const breaks = value !== run.value && atMs > run.sinceMs;
    return breaks ? { ...run, sinceMs: atMs } : run;
  }
  const silent = atMs - run.untilMs > (stuckAfterHours * HOUR_MS) / 2;
  if (value !== run.value) return endRun(run, value, atMs, silent ? run.untilMs : atMs);
  return silent ? { ...run, sinceMs: atMs, untilMs: atMs } : { ...run, untilMs: atMs };
}

function endRun(run: ConstantRun, value: number, atMs: EpochMs, endedMs: EpochMs): ConstantRun {
  const lastedMs = endedMs - run.sinceMs;
  const weight = Math.max(RECENT_WEIGHT, 1 / (run.endedRuns + 1));
  return {
    value,
    sinceMs: atMs,
    untilMs: atMs,
    meanRunMs: run.meanRunMs + (lastedMs - run.meanRunMs) * weight,
    endedRuns: Math.min(run.endedRuns + 1, RUNS_TO_KNOW),
  };
}

/** Whether the run lasts longer than the limit, in a datastream that is known to vary faster. */
export function isStuck(run: ConstantRun, stuckAfterHours: number): boolean {
  const limitMs = stuckAfterHours * HOUR_MS;
  const varies = run.endedRuns >= RUNS_TO_KNOW && run.meanRunMs <= limitMs * NORMAL_SHARE;
  return varies && run.untilMs - run.sinceMs > limitMs;
}
