import type { Program } from '../harness/program.ts';
import { type BenchRow, median } from './bench-row.ts';

/** How a program ended before it was started again. */
export type Ending = 'stop' | 'kill';

const STOP_GRACE_MS = 60_000;

/**
 * Seconds from spawning a program to its first healthy answer, Node's own start included: the median over rounds. It runs
 * afterwards. `before` does its work on the running program before each end.
 */
export async function timeStart(
  program: Program,
  ending: Ending,
  rounds: number,
  before: () => Promise<void> = async () => undefined,
): Promise<number> {
  const seconds: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await before();
    if (ending === 'kill') await program.kill();
    else await program.stop(STOP_GRACE_MS);
    const startedMs = performance.now();
    await program.start();
    seconds.push((performance.now() - startedMs) / 1000);
  }
  return median(seconds);
}

/** Rows of both endings, beside the same program with nothing in store. */
export function startRows(what: string, { stop, kill, empty }: Record<Ending | 'empty', number>): BenchRow[] {
  const row = (after: string, ours: number, atMost: number): BenchRow => ({
    what: `${what}, after ${after}`,
    unit: 's',
    ours,
    baseline: { what: 'nothing in store', value: empty },
    budget: { atMost },
  });
  return [row('a clean stop', stop, 1), row('SIGKILL', kill, 5)];
}
