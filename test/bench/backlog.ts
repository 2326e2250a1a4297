import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFleet } from '../fleet/create-fleet.ts';
import { createInstallation, type Installation } from '../harness/installation.ts';
import { BENCH_FLEET } from './bench-fleet.ts';
import type { Bench, BenchRow } from './bench-row.ts';
import { startChild } from './child.ts';
import { type Drain, measureDrain } from './drain-backlog.ts';
import { LIVE_OBSERVATIONS_PER_SECOND, liveUplinks } from './live-uplinks.ts';
import { pidIn, usageOf, withPidFile } from './process-usage.ts';
import type { PublishRun } from './publish-uplinks.ts';
import { readMetric } from './read-metric.ts';
import { shippedEdge } from './shipped-edge.ts';
import { startRows, timeStart } from './time-start.ts';

const FILL_UPLINKS = 25_000;
/** Published once more when the backlog is there: what the edge's memory is measured under. */
const FLOOD_UPLINKS = 20_000;
/** Published before each SIGKILL, so that the write-ahead log holds something. */
const KILL_UPLINKS = 5_000;
const START_ROUNDS = 3;
/** How long ago the backlog begins: longer than the fleet takes for all of it at its own pace. */
const BACKLOG_HOURS = 6;

interface Flood {
  readonly startMs: number;
  /** Uplinks that were published so far. */
  published: number;
}

async function publish(installation: Installation, flood: Flood, counted: number): Promise<void> {
  const run: PublishRun = {
    port: Number(new URL(installation.edgeMqttUrl).port),
    connections: 1,
    fleet: BENCH_FLEET,
    startMs: flood.startMs,
    skip: flood.published,
    warmUp: 0,
    counted,
  };
  await startChild('publish-uplinks.ts', [JSON.stringify(run)]).next();
  flood.published += counted;
}

/** Through the front door, the cloud away, until this many observations wait. Returns how many do. */
async function fill(installation: Installation, flood: Flood, observations: number): Promise<number> {
  while (true) {
    const committed = await readMetric(installation.edgeHttpUrl, 'meetbrug_edge_observations_total');
    if (committed >= observations) return committed;
    await publish(installation, flood, FILL_UPLINKS);
  }
}

/** The most memory that a broker which stores nothing takes under the same flood. */
async function bareMegabytes(startMs: number): Promise<number> {
  const broker = startChild('baseline/bare-aedes.ts');
  try {
    const { port } = await broker.next<{ port: number }>();
    const run: PublishRun = { port, connections: 1, fleet: BENCH_FLEET, startMs, warmUp: 0, counted: FLOOD_UPLINKS };
    await startChild('publish-uplinks.ts', [JSON.stringify(run)]).next();
    return usageOf(broker.process.pid ?? 0).peakResidentMegabytes;
  } finally {
    await broker.stop();
  }
}

function drainRows(size: string, drain: Drain): BenchRow[] {
  return [
    {
      what: `edge: drain of ${size}, live data beside it`,
      unit: 'observations/s',
      ours: drain.observationsPerSecond,
      baseline: { what: 'live rate', value: LIVE_OBSERVATIONS_PER_SECOND },
      budget: { ratio: 10 },
    },
    {
      what: 'edge: live uplink readable in the cloud after reconnecting',
      unit: 's',
      ours: drain.liveVisibleSeconds,
      budget: { atMost: 5 },
    },
  ];
}

async function measure(installation: Installation, pidFile: string, observations: number): Promise<BenchRow[]> {
  const { edge } = installation;
  await edge.start();
  const empty = await timeStart(edge, 'stop', START_ROUNDS);
  const flood: Flood = { startMs: Date.now() - BACKLOG_HOURS * 3_600_000, published: 0 };
  const backlog = await fill(installation, flood, observations);
  const observationsPerUplink = backlog / flood.published;
  const size = `a backlog of ${backlog.toLocaleString('en')} observations`;
  const stop = await timeStart(edge, 'stop', START_ROUNDS);
  const kill = await timeStart(edge, 'kill', START_ROUNDS, () => publish(installation, flood, KILL_UPLINKS));
  await publish(installation, flood, FLOOD_UPLINKS);
  const memory = usageOf(pidIn(pidFile)).peakResidentMegabytes;
  const bare = await bareMegabytes(flood.startMs);
  const live = liveUplinks({ published: flood.published, observationsPerUplink, nowMs: Date.now() });
  return [
    {
      what: `edge: resident memory, ${size}, under flood`,
      unit: 'MB',
      ours: memory,
      baseline: { what: 'bare aedes', value: bare },
      budget: { atMost: 150 },
    },
    ...startRows(`edge: start with ${size}`, { stop, kill, empty }),
    ...drainRows(size, await measureDrain(installation, createFleet(BENCH_FLEET), live)),
  ];
}

export const backlog: Bench = {
  name: 'backlog',
  about:
    'an edge whose cloud is away: memory and start with a backlog, then its drain beside live data, over WebSocket',
  run: async ({ full }) => {
    const folder = mkdtempSync(join(tmpdir(), 'meetbrug-backlog-'));
    const pidFile = join(folder, 'pid');
    const installation = await createInstallation({
      fleet: createFleet(BENCH_FLEET),
      // Acknowledgements are waited for as long as they are where the edge is shipped: tests wait shorter.
      edgeSettings: (publicBaseUrl) => ({
        cloud: { url: `${publicBaseUrl.replace('http', 'ws')}/mqtt`, secretFile: 'link-secret', reconnectMsMax: 1_000 },
      }),
      edge: (dataDir) => {
        const shipped = shippedEdge(dataDir);
        const measured = withPidFile(pidFile, shipped.nodeArguments);
        return { ...measured, environment: { ...shipped.environment, ...measured.environment } };
      },
    });
    try {
      return await measure(installation, pidFile, full ? 1_000_000 : 300_000);
    } finally {
      await installation.remove();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
