import { type BenchCloud, createBenchCloud } from './bench-cloud.ts';
import type { Bench, BenchRow } from './bench-row.ts';
import { startChild } from './child.ts';
import { type Delivery, openDelivery } from './deliver-batches.ts';
import { BATCH_OBSERVATIONS } from './ingest-batches.ts';
import { ingestRate, ROUND_BATCHES } from './ingest-rate.ts';
import { askPages } from './page-load.ts';
import { startRows, timeStart } from './time-start.ts';

const PAGE_SIZE = 250;
const COLD_PAGES = 150;
const COLD_CONNECTIONS = 4;
const WARM_CONNECTIONS = 16;
const WARM_SECONDS = 2;
const INGEST_ROUNDS = 3;
const START_ROUNDS = 3;
const SMALL = 100_000;

interface Rates {
  readonly ingest: number;
  readonly warm: number;
  readonly cold: number;
}

/** At `members`, of which the page numbers from `coldFrom` on were never asked for. Delivers some more batches. */
async function measure(cloud: BenchCloud, delivery: Delivery, members: number, coldFrom: number): Promise<Rates> {
  const viewUrl = cloud.viewUrl('by-page');
  const pages = Math.floor(members / PAGE_SIZE);
  const cold = await askPages({
    viewUrl,
    from: coldFrom,
    step: Math.floor((pages - coldFrom) / COLD_PAGES),
    count: COLD_PAGES,
    connections: COLD_CONNECTIONS,
    rounds: 1,
  });
  const page = `${new URL(viewUrl).pathname}/page/${coldFrom}`;
  const client = startChild(
    'load-http.ts',
    [cloud.httpPort, page, WARM_CONNECTIONS, WARM_SECONDS].map((value) => String(value)),
  );
  const { requestsPerSecond } = await client.next<{ requestsPerSecond: number }>();
  const ingest = await ingestRate(delivery, members / BATCH_OBSERVATIONS, INGEST_ROUNDS);
  return { ingest, warm: requestsPerSecond, cold };
}

async function timeStarts(cloud: BenchCloud, nextBatch: number): Promise<BenchRow[]> {
  const stop = await timeStart(cloud.program, 'stop', START_ROUNDS);
  let next = nextBatch;
  const kill = await timeStart(cloud.program, 'kill', START_ROUNDS, async () => {
    const delivery = await openDelivery(cloud.target);
    await delivery.fill(next, next + ROUND_BATCHES);
    next += ROUND_BATCHES;
    await delivery.end();
  });
  const nothing = await createBenchCloud();
  try {
    await nothing.program.start();
    const empty = await timeStart(nothing.program, 'stop', START_ROUNDS);
    const members = (nextBatch * BATCH_OBSERVATIONS).toLocaleString('en');
    return startRows(`cloud: start with ${members} members`, { stop, kill, empty });
  } finally {
    await nothing.remove();
  }
}

function growthRows(members: number, small: Rates, large: Rates): BenchRow[] {
  const row = (what: string, unit: string, rate: keyof Rates, ratio: number): BenchRow => ({
    what: `${what} at ${members.toLocaleString('en')} members`,
    unit,
    ours: large[rate],
    baseline: { what: `at ${SMALL.toLocaleString('en')}`, value: small[rate] },
    budget: { ratio },
  });
  return [
    row('growth: ingest', 'observations/s', 'ingest', 0.75),
    row('growth: one warm page', 'requests/s', 'warm', 0.9),
    row('growth: cold pages over HTTP', 'pages/s', 'cold', 0.75),
  ];
}

export const growth: Bench = {
  name: 'growth',
  about: 'the same work on a small and on a large store, and how soon the large one is there again',
  run: async ({ full }) => {
    const members = full ? 10_000_000 : 600_000;
    const cloud = await createBenchCloud();
    try {
      await cloud.program.start();
      const delivery = await openDelivery(cloud.target);
      await delivery.fill(0, SMALL / BATCH_OBSERVATIONS);
      const small = await measure(cloud, delivery, SMALL, 0);
      const afterSmall = SMALL / BATCH_OBSERVATIONS + INGEST_ROUNDS * ROUND_BATCHES;
      await delivery.fill(afterSmall, members / BATCH_OBSERVATIONS);
      const large = await measure(cloud, delivery, members, SMALL / PAGE_SIZE);
      await delivery.end();
      const afterLarge = members / BATCH_OBSERVATIONS + INGEST_ROUNDS * ROUND_BATCHES;
      return [...growthRows(members, small, large), ...(await timeStarts(cloud, afterLarge))];
    } finally {
      await cloud.remove();
    }
  },
};
