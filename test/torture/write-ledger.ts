import { availableParallelism, totalmem, type } from 'node:os';
import type { ScheduleReport } from '../simulation/run-schedules.ts';
import type { PlantedFinding } from './find-planted.ts';
import type { CampaignOutcome } from './run-campaigns.ts';

/** All that a run came to. */
export interface TortureRun {
  readonly startedMs: number;
  /** How long the rounds took, without planted faults and schedules. */
  readonly roundsMs: number;
  /** Of the first round. */
  readonly seed: number;
  readonly lanes: number;
  readonly roundsPlanned: number;
  /** Whether the run came to its end by itself. */
  readonly isComplete: boolean;
  readonly outcomes: readonly CampaignOutcome[];
  readonly planted: readonly PlantedFinding[];
  readonly schedules: ScheduleReport | undefined;
}

const BYTES_PER_GIGABYTE = 1_073_741_824;

/** LEDGER.md: what was done, what was found, in figures of this run only. */
export function ledgerText(run: TortureRun): string {
  const reports = run.outcomes.flatMap(({ report }) => (report === undefined ? [] : [report]));
  const sum = (of: (report: (typeof reports)[number]) => number) =>
    reports.reduce((total, each) => total + of(each), 0);
  const rounds = sum((report) => report.rounds);
  const tally = (name: 'sigkill' | 'power-cut') => sum(({ tallies }) => tallies[name] ?? 0);
  const lastSeed = reports.reduce((last, report) => Math.max(last, report.seed + report.rounds - 1), run.seed);
  const failures = run.outcomes.filter(({ faults }) => faults.length > 0);
  return `# Torture ledger

Written by \`npm run torture\`; every figure is of this run.

| | |
| --- | --- |
| date | ${new Date(run.startedMs).toISOString().slice(0, 10)} |
| machine | ${type()}, ${availableParallelism()} processors, ${Math.round(totalmem() / BYTES_PER_GIGABYTE)} GB, Node ${process.versions.node} |
| run | ${run.isComplete ? 'complete' : `ended early, ${rounds} of ${run.roundsPlanned} rounds judged`} |
| rounds with real processes | ${rounds}, seeds ${run.seed} to ${lastSeed}, ${run.lanes} installations at one time |
| rounds a minute | ${(rounds / (Math.max(run.roundsMs, 1) / 60_000)).toFixed(0)}, starts and verdicts included |
| rounds with SIGKILL | ${tally('sigkill')} |
| rounds with a power cut | ${tally('power-cut')} |
| uplinks acknowledged by the edge | ${sum(({ verdict }) => verdict.acknowledgedUplinks)} |
| observations held to feed and series | ${sum(({ verdict }) => verdict.observations)} |
| lost and named by a gap report | ${sum(({ verdict }) => verdict.namedLosses)} |
| closed pages watched for change | ${sum(({ closedPages }) => closedPages)} |
| promises broken | ${failures.length === 0 ? 'none' : `${failures.length} times, see below`} |
${schedulesRow(run.schedules)}
## Faults

${table(
  ['fault', 'times'],
  Object.entries(faultCounts(reports))
    .sort(byCountThenName)
    .map(([name, times]) => [name, String(times)]),
)}
${scheduleFaults(run.schedules)}
## Planted faults

Each is put into the source as the program loads; the rounds beside it must find it.

${table(['planted fault', 'seed', 'found in', 'by'], run.planted.map(plantedRow))}
${failures.length === 0 ? '' : `\n## Broken promises\n\n${failures.map(failureText).join('\n')}\n`}`;
}

function schedulesRow(schedules: ScheduleReport | undefined): string {
  if (schedules === undefined) return '';
  const { count, firstSeed, failures, elapsedMs } = schedules;
  const failed = failures.length === 0 ? 'none failed' : `${failures.length} or more failed`;
  const range = `seeds ${firstSeed} to ${firstSeed + count - 1}`;
  return `| simulated schedules | ${count}, ${range}, ${failed}, ${(elapsedMs / 1_000).toFixed(0)} s |\n`;
}

function scheduleFaults(schedules: ScheduleReport | undefined): string {
  if (schedules === undefined) return '';
  const rows = Object.entries(schedules.faults).sort(byCountThenName);
  return `\nIn the simulated schedules:\n\n${table(
    ['fault', 'times'],
    rows.map(([name, times]) => [name, String(times)]),
  )}`;
}

function faultCounts(
  reports: readonly { readonly faults: Readonly<Record<string, number>> }[],
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [name, times] of reports.flatMap(({ faults }) => Object.entries(faults))) {
    counts[name] = (counts[name] ?? 0) + times;
  }
  return counts;
}

function plantedRow({ name, seed, round, by, words }: PlantedFinding): string[] {
  const found = words === undefined ? 'NOT FOUND' : `${by === 'rounds' ? 'round' : 'schedule'} ${round + 1}`;
  return [name, String(seed), found, by === 'rounds' ? 'real processes' : 'simulation'];
}

function failureText({ name, seed, faults }: CampaignOutcome): string {
  return `- ${name}, seed ${seed}: ${faults.map((fault) => (fault.split('\n')[0] ?? '').slice(0, 300)).join('; ')}`;
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  return line(heads) + line(heads.map(() => '---')) + rows.map(line).join('');
}

function byCountThenName([nameA, a]: [string, number], [nameB, b]: [string, number]): number {
  return b - a || nameA.localeCompare(nameB);
}
