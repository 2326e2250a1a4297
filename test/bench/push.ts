import { setTimeout as delay } from 'node:timers/promises';
import { type BenchCloud, createBenchCloud, ORGANISATION, STREAM } from './bench-cloud.ts';
import { type Bench, type BenchRow, quantile } from './bench-row.ts';
import { startChild } from './child.ts';
import { type Delivery, encodedBatches, openDelivery } from './deliver-batches.ts';
import type { EventsFollowed, EventsRun } from './follow-events.ts';
import { BATCH_OBSERVATIONS, BATCHES_PER_TICK } from './ingest-batches.ts';

const MANY = 50;
/** The live rate of 500 observations a second, for the delay. */
const LIVE_BATCH_EVERY_MS = 1_000;

interface Pushed {
  /** Observations a second that were committed meanwhile. */
  readonly ingest: number;
  /** Members a second that each reader got. */
  readonly each: number;
  readonly delaysMs: readonly number[];
}

/** A cloud and an edge, with the next batch that was not delivered yet. */
interface Running {
  readonly cloud: BenchCloud;
  readonly delivery: Delivery;
  next: number;
}

/** @param everyMs between two batches; 0: as fast as they are acknowledged */
async function deliver(running: Running, batches: number, everyMs = 0): Promise<number> {
  const bodies = encodedBatches(running.next, batches);
  running.next += batches;
  const startedMs = performance.now();
  if (everyMs === 0) await running.delivery.deliver(bodies);
  for (const body of everyMs === 0 ? [] : bodies) {
    await running.delivery.deliver([body]);
    await delay(everyMs);
  }
  return (batches * BATCH_OBSERVATIONS * 1000) / (performance.now() - startedMs);
}

async function measure(running: Running, readers: number, batches: number, everyMs = 0): Promise<Pushed> {
  const members = batches * BATCH_OBSERVATIONS;
  const url = `${running.cloud.publicBaseUrl}/ldes/${ORGANISATION}/${STREAM}`;
  const run: EventsRun = { url, readers, members };
  const child = startChild('follow-events.ts', [JSON.stringify(run)]);
  await child.next();
  const done = child.next<EventsFollowed>();
  const ingest = await deliver(running, batches, everyMs);
  const { seconds, delaysMs } = await done;
  return { ingest, each: members / seconds, delaysMs };
}

function rateRows(readers: number, { ingest, each }: Pushed, alone: number): BenchRow[] {
  const who = readers === 1 ? 'one reader' : `${readers} readers`;
  return [
    { what: `members pushed to ${who}, each, beside ingest at full rate`, unit: 'members/s', ours: each, budget: {} },
    {
      what: `ingest while it is pushed to ${who}`,
      unit: 'observations/s',
      ours: ingest,
      baseline: { what: 'nobody follows', value: alone },
      budget: {},
    },
  ];
}

function delayRow(name: string, ours: number): BenchRow {
  const what = `committed to received by ${MANY} readers, at the live rate, ${name}`;
  return { what, unit: 'ms', ours, budget: { atMost: 1_000 } };
}

export const push: Bench = {
  name: 'push',
  about: 'server-sent events of new members, beside ingest',
  run: async ({ full }) => {
    const cloud = await createBenchCloud();
    try {
      await cloud.program.start();
      const delivery = await openDelivery(cloud.target);
      const running: Running = { cloud, delivery, next: 0 };
      // The first tick describes every datastream.
      await deliver(running, BATCHES_PER_TICK);
      const batches = BATCHES_PER_TICK * (full ? 50 : 10);
      const alone = await deliver(running, batches);
      const one = await measure(running, 1, batches);
      const many = await measure(running, MANY, BATCHES_PER_TICK * (full ? 10 : 2));
      const live = await measure(running, MANY, full ? 60 : 8, LIVE_BATCH_EVERY_MS);
      await delivery.end();
      return [
        ...rateRows(1, one, alone),
        ...rateRows(MANY, many, alone),
        delayRow('median', quantile(live.delaysMs, 0.5)),
        delayRow('p99', quantile(live.delaysMs, 0.99)),
      ];
    } finally {
      await cloud.remove();
    }
  },
};
