import { parseArgs } from 'node:util';
import { backlog } from './backlog.ts';
import { type Bench, type BenchRow, formatTable, judge } from './bench-row.ts';
import { cloudIngest } from './cloud-ingest.ts';
import { codecSandbox } from './codec-sandbox.ts';
import { coldMonths } from './cold-months.ts';
import { coldPages } from './cold-pages.ts';
import { edgePipeline } from './edge-pipeline.ts';
import { exportRows } from './export-rows.ts';
import { exportSlow } from './export-slow.ts';
import { follow } from './follow.ts';
import { growth } from './growth.ts';
import { immutablePage } from './immutable-page.ts';
import { outsideMembers } from './outside-members.ts';
import { products } from './products.ts';
import { push } from './push.ts';
import { replication } from './replication.ts';
import { seriesQueries } from './series-queries.ts';
import { sourceRates } from './source-rates.ts';
import { sourcesLorawan } from './sources-lorawan.ts';
import { sourcesOpcUa } from './sources-opc-ua.ts';
import { sourcesTelraam } from './sources-telraam.ts';
import { stockClient } from './stock-client.ts';
import { visible } from './visible.ts';
import { wear } from './wear.ts';

const BENCHES: readonly Bench[] = [
  edgePipeline,
  codecSandbox,
  sourceRates,
  sourcesLorawan,
  sourcesOpcUa,
  sourcesTelraam,
  backlog,
  wear,
  cloudIngest,
  outsideMembers,
  visible,
  coldPages,
  immutablePage,
  replication,
  stockClient,
  follow,
  growth,
  seriesQueries,
  coldMonths,
  exportRows,
  exportSlow,
  products,
  push,
];

const HELP = `npm run bench                      every row, under five minutes
npm run bench -- --only NAME       ${BENCHES.map(({ name }) => name).join(' | ')}
npm run bench -- --full            with the sizes of the long run`;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    full: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

async function main(): Promise<number> {
  const chosen = BENCHES.filter(({ name }) => values.only === undefined || name === values.only);
  if (values.help || chosen.length === 0) {
    process.stdout.write(`${HELP}\n`);
    return values.help ? 0 : 1;
  }
  const rows: BenchRow[] = [];
  for (const bench of chosen) {
    process.stderr.write(`${bench.name}: ${bench.about}\n`);
    rows.push(...(await bench.run({ full: values.full })));
  }
  process.stdout.write(`${formatTable(rows)}\n`);
  return rows.some((row) => judge(row) === 'MISSED') ? 1 : 0;
}

process.exitCode = await main();
