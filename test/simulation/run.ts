import { parseArgs } from 'node:util';
import { runSchedules } from './run-schedules.ts';

/** `node test/simulation/run.ts --seed S --count N [--trace]`: runs schedules and prints the seeds that fail. */
const PROGRESS_EVERY = 100;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '300' },
    trace: { type: 'boolean', default: false },
  },
});
const firstSeed = wholeNumber('--seed', values.seed);
const count = wholeNumber('--count', values.count);
const report = await runSchedules({
  firstSeed,
  count,
  keepTrace: values.trace,
  onFailure: ({ seed, failure }) => console.log(`seed ${seed} fails: ${failure}`),
  onProgress(done, failed) {
    if (done % PROGRESS_EVERY === 0) console.error(`${done} of ${count} schedules, ${failed} failed`);
  },
});
if (values.trace) for (const line of report.traces.flat()) console.log(line);
const { failures, traces, ...summary } = report;
console.log(JSON.stringify({ ...summary, elapsedMs: Math.round(summary.elapsedMs) }, undefined, 2));
if (failures.length > 0) {
  console.log(`repeat one with: node test/simulation/run.ts --seed ${failures[0]?.seed} --count 1 --trace`);
  process.exitCode = 1;
}

function wholeNumber(option: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new RangeError(`${option} takes a whole number, not "${text}"`);
  return Number(text);
}
