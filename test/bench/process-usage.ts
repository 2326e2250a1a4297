import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProgramVariation } from '../harness/installation.ts';

/** What a process takes of the machine, threads included. Linux only. */
export interface ProcessUsage {
  readonly residentMegabytes: number;
  /** The most it ever was. */
  readonly peakResidentMegabytes: number;
  /** User and system time since it began. */
  readonly cpuSeconds: number;
}

const KIB_PER_MEGABYTE = 1_000_000 / 1024;
/** Linux counts processor time for readers in hundredths of a second, whatever its own clock does. */
const TICKS_PER_SECOND = 100;
const WRITE_PID = join(import.meta.dirname, 'write-pid.ts');

/** How to start a program so that {@link pidIn} finds it. */
export function withPidFile(pidFile: string, nodeArguments: readonly string[] = []): Required<ProgramVariation> {
  return { nodeArguments: [...nodeArguments, '--import', WRITE_PID], environment: { BENCH_PID_FILE: pidFile } };
}

/** The process that wrote this file last: the running one, once its program is healthy. */
export function pidIn(pidFile: string): number {
  return Number(readFileSync(pidFile, 'utf8'));
}

/** Lets the most that a process ever was begin again from what it is now (proc(5), `clear_refs`). */
export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

export function usageOf(pid: number): ProcessUsage {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (field: string) =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / KIB_PER_MEGABYTE;
  // The name of the program stands in brackets and may hold spaces: the fields behind it are counted from its end.
  const [, behindName = ''] = /\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
  const [userTicks, systemTicks] = behindName.split(' ').slice(11, 13).map(Number) as [number, number];
  return {
    residentMegabytes: megabytes('VmRSS'),
    peakResidentMegabytes: megabytes('VmHWM'),
    cpuSeconds: (userTicks + systemTicks) / TICKS_PER_SECOND,
  };
}
