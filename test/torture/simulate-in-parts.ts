import { runSchedules, type ScheduleReport } from '../simulation/run-schedules.ts';

export interface SimulateOptions {
  readonly firstSeed: number;
  readonly count: number;
  /** After each schedule: how many are done, and how many of them failed. */
  readonly onSchedule: (done: number, failed: number) => void;
  /** After each part: the report of everything until then. */
  readonly onPart: (report: ScheduleReport) => void;
  /** When it aborts, no further part begins. */
  readonly signal: AbortSignal;
}

/** So many are lost at most when a run is ended early. */
const SCHEDULES_PER_PART = 200;

/** Runs simulated schedules part by part, so that a run that is ended early has a report of what it did. */
export async function simulateInParts(options: SimulateOptions): Promise<void> {
  const { firstSeed, count, onSchedule, onPart, signal } = options;
  let total: ScheduleReport | undefined;
  for (let done = 0; done < count && !signal.aborted; done += SCHEDULES_PER_PART) {
    const failedBefore = total?.failures.length ?? 0;
    const part = await runSchedules({
      firstSeed: firstSeed + done,
      count: Math.min(SCHEDULES_PER_PART, count - done),
      onProgress: (ended, failed) => onSchedule(done + ended, failedBefore + failed),
    });
    total = total === undefined ? part : joined(total, part);
    onPart(total);
  }
}

function joined(a: ScheduleReport, b: ScheduleReport): ScheduleReport {
  return {
    ...a,
    count: a.count + b.count,
    failures: [...a.failures, ...b.failures],
    traces: [...a.traces, ...b.traces],
    uplinks: a.uplinks + b.uplinks,
    published: a.published + b.published,
    faults: joinedCounts(a.faults, b.faults),
    happenings: joinedCounts(a.happenings, b.happenings),
    simulatedMs: a.simulatedMs + b.simulatedMs,
    elapsedMs: a.elapsedMs + b.elapsedMs,
  };
}

function joinedCounts(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>) {
  const kinds = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries([...kinds].map((kind) => [kind, (a[kind] ?? 0) + (b[kind] ?? 0)]));
}
