import { bucketOf } from '@meetbrug/cloud/src/timeseries/bucket-calendar.ts';
import { BUCKETS_MAX, COST_MAX, readsPerDatastream } from '@meetbrug/cloud/src/timeseries/plan-cost.ts';
import type {
  Bucket,
  KeyedRow,
  SeriesKey,
  SeriesResult,
  TimeSeries,
} from '@meetbrug/cloud/src/timeseries/time-series.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createInfluxServer, type InfluxServer } from './influx-server.ts';
import { arrivals, DATASTREAMS, questions } from './random-series.ts';
import { ReferenceSeries } from './reference-series.ts';
import { type MakeFollower, onInflux, withoutRollups, withRollups } from './series-adapters.ts';
import { createSeriesLab } from './series-lab.ts';

let influx: InfluxServer;
beforeAll(async () => {
  influx = await createInfluxServer();
  await influx.start();
}, 60_000);
afterAll(() => influx.remove());

const PAGES_MAX = 5_000;
const ADAPTERS: readonly (readonly [name: string, make: MakeFollower, runs: number])[] = [
  ['SQLite without rollups', withoutRollups, 60],
  ['SQLite with rollups', withRollups, 150],
  ['InfluxDB', (lab) => onInfluxOnce(lab), 25],
];
let followInflux: MakeFollower | undefined;
function onInfluxOnce(lab: Parameters<MakeFollower>[0]) {
  followInflux ??= onInflux(influx);
  return followInflux(lab);
}

function unwrapped<T>(result: SeriesResult<T>): T {
  if (!result.ok) throw new Error(`${result.fault.code}: ${result.fault.detail}`);
  return result.value;
}

async function readPages<T, P extends { readonly next: SeriesKey | undefined }>(
  ask: (cursor: SeriesKey | undefined) => Promise<SeriesResult<P>>,
  itemsOf: (page: P) => readonly T[],
  limit: number,
): Promise<T[]> {
  const all: T[] = [];
  let cursor: SeriesKey | undefined;
  for (let pages = 0; pages < PAGES_MAX; pages++) {
    const page = unwrapped(await ask(cursor));
    expect(itemsOf(page).length).toBeLessThanOrEqual(limit);
    all.push(...itemsOf(page));
    cursor = page.next;
    if (cursor === undefined) return all;
  }
  throw new Error(`more than ${PAGES_MAX} pages`);
}

/** Means are compared to nine digits: both sides add in doubles. */
function rounded(values: readonly (number | null)[]): (number | null)[] {
  return values.map((value) => value && Number(value.toPrecision(9)));
}

const withCursor = (cursor: SeriesKey | undefined) => (cursor === undefined ? {} : { cursor });

type Question = typeof questions extends fc.Arbitrary<infer Q> ? Q : never;

async function compareAll(series: TimeSeries, reference: ReferenceSeries, question: Question): Promise<void> {
  const { datastreams, span, order, every, zone, aggregates, without, limit } = question;
  const range = { datastreams, ...span, quality: { without } };
  const rows = await readPages(
    (cursor) => series.range({ ...range, order, limit, ...withCursor(cursor) }),
    (page) => page.rows,
    limit,
  );
  expect(rows).toEqual(reference.range({ ...range, order }));
  const summary = { ...range, every, zone, aggregates };
  const first = await series.downsample({ ...summary, limit });
  if (!first.ok) {
    expect(first.fault.code).toBe('too-costly');
    const { beginMs, endMs } = bucketOf(span.fromMs, every, zone);
    expect(((span.toMs - span.fromMs) / (endMs - beginMs)) * datastreams.length).toBeGreaterThan(BUCKETS_MAX);
    return;
  }
  const buckets = await readPages(
    (cursor) => series.downsample({ ...summary, limit, ...withCursor(cursor) }),
    (page) => page.buckets,
    limit,
  );
  const plain = ({ datastream, count, suppressed, values }: Omit<Bucket, 'beginMs' | 'endMs'>) => ({
    datastream,
    count,
    suppressed,
    values: rounded(values),
  });
  expect(buckets.map(plain)).toEqual(reference.downsample(summary).map(plain));
  expect(unwrapped(await series.latest(datastreams))).toEqual(reference.latest(datastreams));
  const answered = await series.statistics(range);
  if (!answered.ok) {
    expect(answered.fault.code).toBe('too-costly');
    expect(readsPerDatastream(span, false) * datastreams.length).toBeGreaterThan(COST_MAX);
    return;
  }
  const statistics = answered.value;
  const flat = ({ mean, ...rest }: (typeof statistics)[number]) => ({ ...rest, mean: rounded([mean]) });
  expect(statistics.map(flat)).toEqual(reference.statistics(range).map(flat));
}

describe.each(ADAPTERS)('the time series in %s', (_, make, numRuns) => {
  test('answer every question as a plain list does, whatever arrived late, twice or corrected', async () => {
    const steps = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 4, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(
        arrivals,
        steps,
        fc.array(questions, { minLength: 3, maxLength: 3 }),
        async (rows, follows, asked) => {
          const lab = createSeriesLab(DATASTREAMS);
          const follower = await make(lab);
          const reference = new ReferenceSeries();
          try {
            const batch = Math.ceil(rows.length / follows.length);
            for (const [index, steps] of follows.entries()) {
              const part: KeyedRow[] = rows.slice(index * batch, (index + 1) * batch);
              lab.record(part);
              for (const row of part) reference.write(row);
              await follower.follow(steps);
              await compareAll(follower.series, reference, asked[index % asked.length] as Question);
            }
            await follower.follow('all');
            for (const question of asked) await compareAll(follower.series, reference, question);
          } finally {
            follower.close();
            lab.close();
          }
        },
      ),
      { seed: 61, numRuns, endOnFailure: true },
    );
  }, 180_000);
});
