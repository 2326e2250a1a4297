import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { type BucketedView, viewDefinitionSchema } from '@meetbrug/protocols/ldes';
import { organisationIris } from '@meetbrug/protocols/observation';
import { type BenchCloud, createBenchCloud, ORGANISATION } from './bench-cloud.ts';
import { type Bench, type BenchRow, quantile } from './bench-row.ts';
import { encodedBatches, openDelivery } from './deliver-batches.ts';
import { fetchRaw } from './fetch-raw.ts';
import { BATCH_OBSERVATIONS, BATCHES_PER_TICK, KEYS, placeOf, plainBatch } from './ingest-batches.ts';
import { MemberPlaces } from './member-places.ts';

const ONE_VIEW = ['by-page'] as const;
const FOUR_VIEWS = ['by-page', 'by-time', 'by-location', 'by-datastream'] as const;
/** The last observation of every so many-th batch is looked for in each view. */
const SAMPLE_EVERY = 4;
const ASK_EVERY_MS = 5;
const PATIENCE_MS = 30_000;

type View = Extract<BucketedView['kind'], (typeof FOUR_VIEWS)[number]>;

/** The last member of a batch, and the page of each view that it must come to stand on. */
interface Sought {
  readonly iri: string;
  readonly pageUrls: ReadonlyMap<View, string>;
}

/** The sampled batches of a series from 0 on, by their number. All are delivered on the day of `generatedMs`. */
function planSought(cloud: BenchCloud, views: readonly View[], batches: number, generatedMs: number) {
  const places = views.map((kind) => {
    const view = viewDefinitionSchema.parse({ kind }) as BucketedView;
    return { kind: kind as View, places: new MemberPlaces(view), url: cloud.viewUrl(view.name) };
  });
  const iris = organisationIris(cloud.publicBaseUrl, ORGANISATION);
  const sought = new Map<number, Sought>();
  for (let batch = 0; batch < batches; batch += 1) {
    let last: Sought | undefined;
    for (const { datastream, beginMs } of plainBatch(batch)) {
      const key = KEYS[datastream];
      if (key === undefined) throw new RangeError(`there is no datastream ${datastream}`);
      const facts = { kind: 'observation', generatedMs, resultMs: beginMs, ...placeOf(datastream) } as const;
      const pages = places.map(
        ({ kind, places: of, url }) =>
          [kind, `${url}/${of.add({ ...facts, property: 'air-temperature', datastream: key })}`] as const,
      );
      last = { iri: `${iris.observation(key, beginMs)}#`, pageUrls: new Map(pages) };
    }
    if (batch % SAMPLE_EVERY === 0 && last !== undefined) sought.set(batch, last);
  }
  return sought;
}

/** Milliseconds until a page shows a member, from the moment of the call. */
async function untilVisible(agent: Agent, url: string, iri: string): Promise<number> {
  const startedMs = performance.now();
  while (true) {
    const { status, body } = await fetchRaw(url, { agent });
    if (status === 200 && gunzipSync(body).includes(iri)) return performance.now() - startedMs;
    if (performance.now() - startedMs > PATIENCE_MS) throw new Error(`${url} (${status}) does not show ${iri}`);
    await delay(ASK_EVERY_MS);
  }
}

interface Visibility {
  readonly ingest: number;
  /** Milliseconds from the acknowledgement at the edge, one for each sample. */
  readonly delays: ReadonlyMap<View, readonly number[]>;
}

async function measure(views: readonly View[], batches: number): Promise<Visibility> {
  const cloud = await createBenchCloud({ views: views.flatMap((kind) => (kind === 'by-page' ? [] : [{ kind }])) });
  const agent = new Agent({ keepAlive: true });
  try {
    await cloud.program.start();
    const delivery = await openDelivery(cloud.target);
    const sought = planSought(cloud, views, batches, Date.now());
    const bodies = encodedBatches(0, batches);
    const asked: Promise<readonly [View, number]>[] = [];
    // The first tick describes every datastream: ingest is at its full rate behind it.
    await delivery.deliver(bodies.slice(0, BATCHES_PER_TICK));
    const startedMs = performance.now();
    await delivery.deliver(bodies.slice(BATCHES_PER_TICK), (index) => {
      const sample = sought.get(BATCHES_PER_TICK + index);
      for (const [view, url] of sample?.pageUrls ?? []) {
        asked.push(untilVisible(agent, url, sample?.iri ?? '').then((ms) => [view, ms] as const));
      }
    });
    const seconds = (performance.now() - startedMs) / 1000;
    const answers = await Promise.all(asked);
    await delivery.end();
    const of = (view: View) => answers.filter(([each]) => each === view).map(([, ms]) => ms);
    return {
      ingest: ((batches - BATCHES_PER_TICK) * BATCH_OBSERVATIONS) / seconds,
      delays: new Map(views.map((view) => [view, of(view)])),
    };
  } finally {
    agent.destroy();
    await cloud.remove();
  }
}

function delayRows(count: string, { delays }: Visibility): BenchRow[] {
  const row = (view: View, name: string, ours: number): BenchRow => ({
    what: `committed to visible in ${view}, ${count}, ${name}`,
    unit: 'ms',
    ours,
    budget: { atMost: 1_000 },
  });
  return [...delays].flatMap(([view, ms]) => [
    row(view, 'median', quantile(ms, 0.5)),
    row(view, 'p99', quantile(ms, 0.99)),
  ]);
}

export const visible: Bench = {
  name: 'visible',
  about: 'from the acknowledgement to a page that shows the member, while ingest runs as fast as it can',
  run: async ({ full }) => {
    const batches = BATCHES_PER_TICK * (full ? 500 : 25);
    const one = await measure(ONE_VIEW, batches);
    const four = await measure(FOUR_VIEWS, batches);
    return [
      ...delayRows('one view', one),
      ...delayRows('four views', four),
      {
        what: 'ingest with four views, while samples are looked for',
        unit: 'observations/s',
        ours: four.ingest,
        baseline: { what: 'with one view', value: one.ingest },
        budget: {},
      },
    ];
  },
};
