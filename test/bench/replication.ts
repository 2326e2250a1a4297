import { type BenchCloud, createBenchCloud } from './bench-cloud.ts';
import type { Bench, BenchRow } from './bench-row.ts';
import { startChild } from './child.ts';
import { openDelivery } from './deliver-batches.ts';
import { BATCH_OBSERVATIONS } from './ingest-batches.ts';
import { askPages } from './page-load.ts';
import { type ProcessUsage, usageOf } from './process-usage.ts';
import { serveFromMemory } from './serve-from-memory.ts';
import type { FeedWalk } from './walk-feed.ts';

const PAGE_SIZE = 250;
const VIEW = 'by-page';
/** Cold pages that are asked for at each number of connections. */
const COLD_PAGES = 200;
const WARM_ROUNDS = 10;

/** What one complete walk gave and what it cost the server. */
interface Replication extends FeedWalk {
  readonly serverCpuSeconds: number;
}

async function replicate(viewUrl: string, members: number, serverUsage: () => ProcessUsage): Promise<Replication> {
  const before = serverUsage().cpuSeconds;
  const walk = await startChild('walk-feed.ts', [viewUrl]).next<FeedWalk>();
  if (walk.members !== members) throw new Error(`${walk.members} members were walked, ${members} delivered`);
  return { ...walk, serverCpuSeconds: serverUsage().cpuSeconds - before };
}

interface PageRates {
  readonly one: number;
  readonly many: number;
}
const MANY = 32;

/** The first pages over one connection, those behind them over many: with one round nobody has asked for any of them before. */
async function pageRates(viewUrl: string, rounds: number): Promise<PageRates> {
  const run = { viewUrl, step: 1, count: COLD_PAGES, rounds };
  const one = await askPages({ ...run, from: 0, connections: 1 });
  return { one, many: await askPages({ ...run, from: COLD_PAGES, connections: MANY }) };
}

interface Measured {
  readonly walk: Replication;
  readonly pages: PageRates;
}

async function measureCloud(cloud: BenchCloud, members: number): Promise<{ cold: Measured; warm: Measured }> {
  const viewUrl = cloud.viewUrl(VIEW);
  await cloud.restartCold();
  const coldPages = await pageRates(viewUrl, 1);
  await cloud.restartCold();
  const coldWalk = await replicate(viewUrl, members, cloud.usage);
  const warmWalk = await replicate(viewUrl, members, cloud.usage);
  const warmPages = await pageRates(viewUrl, WARM_ROUNDS);
  return { cold: { walk: coldWalk, pages: coldPages }, warm: { walk: warmWalk, pages: warmPages } };
}

async function measureMemory(cloud: BenchCloud, members: number): Promise<Measured> {
  const viewUrl = cloud.viewUrl(VIEW);
  const server = await serveFromMemory(cloud, VIEW, 'gzip');
  try {
    const walk = await replicate(viewUrl, members, () => usageOf(server.process.pid ?? 0));
    return { walk, pages: await pageRates(viewUrl, WARM_ROUNDS) };
  } finally {
    await server.stop();
  }
}

function rowsOf(members: number, ours: { cold: Measured; warm: Measured }, memory: Measured): BenchRow[] {
  const row = (
    what: string,
    unit: string,
    { of, baselineOf = of }: { of: number; baselineOf?: number },
    budget: BenchRow['budget'] = {},
  ): BenchRow => ({ what, unit, ours: of, baseline: { what: 'same pages from memory', value: baselineOf }, budget });
  const rate = ({ walk }: Measured) => walk.members / walk.seconds;
  const cpu = ({ walk }: Measured) => (walk.serverCpuSeconds * 1_000_000) / walk.members;
  const size = members.toLocaleString('en');
  const perMillion = 'CPU s a million members';
  return [
    row(`raw walker over ${size} members, cold`, 'members/s', { of: rate(ours.cold), baselineOf: rate(memory) }),
    row(
      `raw walker over ${size} members, warm`,
      'members/s',
      { of: rate(ours.warm), baselineOf: rate(memory) },
      { atLeast: 150_000 },
    ),
    {
      what: 'bytes of the whole view, gzip',
      unit: 'bytes/member',
      ours: ours.warm.walk.bytes / members,
      budget: {},
    },
    row('processor time of the server, cold', perMillion, { of: cpu(ours.cold), baselineOf: cpu(memory) }),
    row('processor time of the server, warm', perMillion, { of: cpu(ours.warm), baselineOf: cpu(memory) }),
    row('pages over 1 connection, cold', 'pages/s', { of: ours.cold.pages.one, baselineOf: memory.pages.one }),
    row(`pages over ${MANY} connections, cold`, 'pages/s', {
      of: ours.cold.pages.many,
      baselineOf: memory.pages.many,
    }),
    row('pages over 1 connection, warm', 'pages/s', { of: ours.warm.pages.one, baselineOf: memory.pages.one }),
    row(`pages over ${MANY} connections, warm`, 'pages/s', {
      of: ours.warm.pages.many,
      baselineOf: memory.pages.many,
    }),
  ];
}

/** At least twice {@link COLD_PAGES} full pages. */
const MEMBERS = { short: 200_000, full: 1_000_000 } as const;

export const replication: Bench = {
  name: 'replication',
  about: `by-page over HTTP, N-Quads and gzip, pages of ${PAGE_SIZE}: a raw walker with ten requests at one time, and single pages`,
  run: async ({ full }) => {
    const members = full ? MEMBERS.full : MEMBERS.short;
    const cloud = await createBenchCloud();
    try {
      await cloud.program.start();
      const delivery = await openDelivery(cloud.target);
      await delivery.fill(0, members / BATCH_OBSERVATIONS);
      await delivery.end();
      const ours = await measureCloud(cloud, members);
      return rowsOf(members, ours, await measureMemory(cloud, members));
    } finally {
      await cloud.remove();
    }
  },
};
