import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type PlantedFault, plantArguments } from '../plant/plant-arguments.ts';
import { canSimulatePowerCut, volatileDiskEnvironment } from '../power-cut/compile-shim.ts';
import type { ScheduleOutcome } from './run-schedule.ts';
import type { ScheduleRequest } from './schedule-worker.ts';

export interface RunSchedulesOptions {
  readonly firstSeed: number;
  readonly count: number;
  /** After each schedule: how many are done, and how many of them failed. */
  readonly onProgress?: (done: number, failed: number) => void;
  /** As soon as a schedule has failed. */
  readonly onFailure?: (outcome: ScheduleOutcome) => void;
  /** Runs the programs with this fault in them. */
  readonly plant?: PlantedFault;
  /** Begins no further schedule once so many have failed. */
  readonly failuresMax?: number;
  /** Keeps what happened in each schedule: for one of them, not for thousands. */
  readonly keepTrace?: boolean;
  /** Processes at one time. */
  readonly workersMax?: number;
}

export interface ScheduleReport {
  readonly firstSeed: number;
  /** Schedules that ran. */
  readonly count: number;
  /** In the order of their seeds. */
  readonly failures: readonly ScheduleOutcome[];
  readonly traces: readonly (readonly string[])[];
  readonly uplinks: number;
  /** Versions that the clouds published. */
  readonly published: number;
  /** Faults that were planned, by kind. */
  readonly faults: Readonly<Record<string, number>>;
  /** What came to pass, by kind: shows that the schedules reached it. */
  readonly happenings: Readonly<Record<string, number>>;
  readonly simulatedMs: number;
  readonly elapsedMs: number;
  /** False where no volatile disk can be had: then a power cut is no more than a kill. */
  readonly cutsPower: boolean;
}

const WORKER = fileURLToPath(new URL('./schedule-worker.ts', import.meta.url));
const MEMORY_DISK = '/dev/shm';
const FAILURES_KEPT = 20;
const SHIM = /\.so$/;

/** Runs the schedules of a range of seeds, spread over processes. */
export async function runSchedules(options: RunSchedulesOptions): Promise<ScheduleReport> {
  const { firstSeed, count, onProgress, onFailure, failuresMax = Number.POSITIVE_INFINITY } = options;
  const startedMs = performance.now();
  const outcomes: ScheduleOutcome[] = [];
  let failed = 0;
  let next = firstSeed;
  const takeSeed = () => (next < firstSeed + count && failed < failuresMax ? next++ : undefined);
  const work = async () => {
    const worker = new ScheduleWorker(options);
    try {
      for (let seed = takeSeed(); seed !== undefined; seed = takeSeed()) {
        const outcome = await worker.run(seed);
        outcomes.push(outcome);
        if (outcome.failure !== undefined) {
          failed += 1;
          onFailure?.(outcome);
        }
        onProgress?.(outcomes.length, failed);
      }
    } finally {
      await worker.stop();
    }
  };
  const workers = Math.min(count, options.workersMax ?? availableParallelism());
  await Promise.all(Array.from({ length: workers }, work));
  return summarise(firstSeed, outcomes, performance.now() - startedMs);
}

function summarise(firstSeed: number, unordered: readonly ScheduleOutcome[], elapsedMs: number): ScheduleReport {
  const outcomes = unordered.toSorted((a, b) => a.seed - b.seed);
  const sum = (of: (outcome: ScheduleOutcome) => number) => outcomes.reduce((total, each) => total + of(each), 0);
  return {
    firstSeed,
    count: outcomes.length,
    failures: outcomes.filter(({ failure }) => failure !== undefined).slice(0, FAILURES_KEPT),
    traces: outcomes.map(({ trace }) => trace),
    uplinks: sum(({ uplinks }) => uplinks),
    published: sum(({ published }) => published),
    faults: sumByKind(outcomes.map(({ faults }) => faults)),
    happenings: sumByKind(outcomes.map(({ happenings }) => happenings)),
    simulatedMs: sum(({ simulatedMs }) => simulatedMs),
    elapsedMs,
    cutsPower: canSimulatePowerCut(),
  };
}

function sumByKind(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [kind, count] of counts.flatMap(Object.entries<number>)) sums[kind] = (sums[kind] ?? 0) + count;
  return sums;
}

/** One process that runs schedules, one at a time, on a disk of its own in memory. */
class ScheduleWorker {
  readonly #folder = mkdtempSync(join(existsSync(MEMORY_DISK) ? MEMORY_DISK : tmpdir(), 'meetbrug-simulation-'));
  readonly #options: RunSchedulesOptions;
  #process: ChildProcess | undefined;

  constructor(options: RunSchedulesOptions) {
    this.#options = options;
  }

  async run(seed: number): Promise<ScheduleOutcome> {
    this.#process ??= this.#start();
    const worker = this.#process;
    const request: ScheduleRequest = {
      seed,
      folder: join(this.#folder, `seed-${seed}`),
      keepTrace: this.#options.keepTrace ?? false,
    };
    const answered = new AbortController();
    const { signal } = answered;
    try {
      worker.send(request);
      return await Promise.race([
        once(worker, 'message', { signal }).then(([outcome]) => outcome as ScheduleOutcome),
        once(worker, 'exit', { signal }).then(([code, by]) => this.#died(seed, code ?? by)),
      ]);
    } finally {
      answered.abort();
      this.#clearDisk();
    }
  }

  #start(): ChildProcess {
    const { plant } = this.#options;
    const planted = plant === undefined ? { nodeArguments: [], environment: {} } : plantArguments(plant);
    const volatileDisk = canSimulatePowerCut() ? volatileDiskEnvironment(this.#folder) : {};
    return fork(WORKER, {
      execArgv: planted.nodeArguments,
      env: { ...process.env, ...planted.environment, ...volatileDisk },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
  }

  #died(seed: number, how: unknown): ScheduleOutcome {
    this.#process = undefined;
    const nothing = { uplinks: 0, published: 0, faults: {}, happenings: {}, simulatedMs: 0, trace: [] };
    return { seed, failure: `the process of the simulation ended: ${how}`, ...nothing };
  }

  /** Done here, because on the volatile disk of the worker what is deleted is only set aside. */
  #clearDisk(): void {
    for (const name of readdirSync(this.#folder)) {
      if (!SHIM.test(name)) rmSync(join(this.#folder, name), { recursive: true, force: true });
    }
  }

  async stop(): Promise<void> {
    const worker = this.#process;
    if (worker !== undefined && worker.exitCode === null) {
      const exited = once(worker, 'exit');
      worker.disconnect();
      await exited;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
