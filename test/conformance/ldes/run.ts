import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Judgement, judgeServer } from './judge-server.ts';
import { RULES } from './rules/all-rules.ts';

const FAULTS_SHOWN = 3;
const USAGE = `node test/conformance/ldes/run.ts URL [--pages N] [--samples N] [--wait SECONDS] [--json]
  URL      of an event stream or of the root node of a view
  --pages  pages that are read at most (1000)
  --samples  pages that are read in every format and asked special questions (6)
  --wait   seconds between the two visits, for the stream to grow (10)`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    pages: { type: 'string', default: '1000' },
    samples: { type: 'string', default: '6' },
    wait: { type: 'string', default: '10' },
    json: { type: 'boolean', default: false },
  },
});
const [url] = positionals;
const numbers = [values.pages, values.samples, values.wait].map(Number);
const [pagesMax = 0, samplesMax = 0, waitSeconds = 0] = numbers;
if (url === undefined || !URL.canParse(url) || !numbers.every((number) => Number.isInteger(number) && number >= 0)) {
  process.stderr.write(`${USAGE}\n`);
  process.exit(2);
}
const judgements = await judgeServer(url, RULES, {
  pagesMax,
  samplesMax,
  betweenVisits: () => delay(waitSeconds * 1_000),
});
process.stdout.write(values.json ? `${JSON.stringify(judgements.map(toJson), undefined, 2)}\n` : toTable(judgements));
process.exitCode = judgements.some(({ rule, outcome }) => rule.level === 'must' && outcome === 'fail') ? 1 : 0;

function toJson({ rule: { name, section, level }, outcome, faults }: Judgement) {
  return { name, section, level, outcome, faults };
}

function toTable(all: readonly Judgement[]): string {
  const lines = all.flatMap(({ rule, outcome, faults }) => [
    `${outcome.padEnd(14)} ${rule.level.padEnd(6)} ${rule.section.padEnd(5)} ${rule.name}`,
    ...faults.slice(0, FAULTS_SHOWN).map((fault) => `${' '.repeat(28)}${fault}`),
    ...(faults.length > FAULTS_SHOWN ? [`${' '.repeat(28)}and ${faults.length - FAULTS_SHOWN} more`] : []),
  ]);
  const count = (outcome: Judgement['outcome']) => all.filter((one) => one.outcome === outcome).length;
  const sum = `${count('pass')} pass, ${count('fail')} fail, ${count('not applicable')} not applicable`;
  return `${[...lines, sum].join('\n')}\n`;
}
