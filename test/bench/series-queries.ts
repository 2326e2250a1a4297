import { join } from 'node:path';
import { createInfluxTimeSeries } from '@meetbrug/cloud/src/influx/influx-time-series.ts';
import { createInfluxWriter } from '@meetbrug/cloud/src/influx/influx-writer.ts';
import { createInfluxqlClient } from '@meetbrug/cloud/src/influx/influxql-client.ts';
import { createLogProjection } from '@meetbrug/cloud/src/influx/project-log.ts';
import { openProjectionCursors } from '@meetbrug/cloud/src/influx/projection-cursors.ts';
import { createSeriesNames } from '@meetbrug/cloud/src/influx/series-names.ts';
import { createHotRows } from '@meetbrug/cloud/src/timeseries/read-hot-rows.ts';
import { openRollupsForWriting } from '@meetbrug/cloud/src/timeseries/rollups/open-rollups.ts';
import { createRollupMaker } from '@meetbrug/cloud/src/timeseries/rollups/rollup-maker.ts';
import { createRollupReader } from '@meetbrug/cloud/src/timeseries/rollups/rollup-reader.ts';
import { createStoreTimeSeries } from '@meetbrug/cloud/src/timeseries/store-time-series.ts';
import type { KeyedRow, TimeSeries } from '@meetbrug/cloud/src/timeseries/time-series.ts';
import { createInfluxServer } from '../timeseries/influx-server.ts';
import { createSeriesLab, type SeriesLab } from '../timeseries/series-lab.ts';
import { openBareSeries } from './baseline/bare-series.ts';
import { type Bench, type BenchRow, median } from './bench-row.ts';

const DATASTREAMS = 10_000;
/** Has minutes for many days; the others measure in the last of them. */
const LONG = DATASTREAMS + 1;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const YEAR_DAYS = 365;
const TO_MS = Date.UTC(2026, 0, 1);
const CHUNK_ROWS = 5_000;
const HOURS_PER_DAY = 24;
const ROUNDS = 15;
/** A slow question is asked less often. */
const ROUNDS_MIN = 1;
const ROUNDS_MS = 1_500;
/** A day after the data, so that every day is over. */
const NOW_MS = TO_MS + DAY_MS;

interface Size {
  readonly days: number;
  readonly minutesOfAll: number;
}

const SHORT: Size = { days: 91, minutesOfAll: 6 };
const FULL: Size = { days: YEAR_DAYS, minutesOfAll: 1_000 };

type Bare = ReturnType<typeof openBareSeries>;
type Ask = () => Promise<number> | number;

function* rowsOf({ days, minutesOfAll }: Size): Generator<KeyedRow> {
  for (let beginMs = TO_MS - days * DAY_MS; beginMs < TO_MS; beginMs += MINUTE_MS) {
    yield rowAt(LONG, beginMs);
    if (beginMs < TO_MS - minutesOfAll * MINUTE_MS) continue;
    for (let datastream = 1; datastream <= DATASTREAMS; datastream++) yield rowAt(datastream, beginMs);
  }
}

function rowAt(datastream: number, beginMs: number): KeyedRow {
  const minute = beginMs / MINUTE_MS;
  // Never a multiple of ten: a decimal has no zero at its end.
  const mantissa = ((minute * 7 + datastream * 13) % 400) * 10 + 1;
  return {
    datastream,
    beginMs,
    endMs: null,
    resultMs: beginMs,
    mantissa,
    scale: 1,
    below: null,
    quality: 0,
    revision: minute + 1,
    stampMs: beginMs,
  };
}

function fill(lab: SeriesLab, bare: Bare, size: Size): number {
  let [chunk, count]: [KeyedRow[], number] = [[], 0];
  const flush = () => {
    lab.record(chunk);
    bare.insert(chunk.map(({ datastream, beginMs, mantissa }) => [datastream, beginMs, (mantissa ?? 0) / 10]));
    count += chunk.length;
    chunk = [];
  };
  for (const row of rowsOf(size)) if (chunk.push(row) === CHUNK_ROWS) flush();
  flush();
  return count;
}

/** Milliseconds of one question, the middle of up to {@link ROUNDS}; each must be answered with so many rows. */
async function timeQuestion(ask: Ask, expected: number): Promise<number> {
  const times: number[] = [];
  const startedMs = performance.now();
  for (let round = 0; round < ROUNDS; round++) {
    if (round >= ROUNDS_MIN && performance.now() - startedMs > ROUNDS_MS) break;
    const begun = performance.now();
    const count = await ask();
    times.push(performance.now() - begun);
    if (count !== expected) throw new Error(`answered with ${count} rows, not ${expected}`);
  }
  return median(times);
}

async function allRollups(lab: SeriesLab): Promise<{ series: TimeSeries; seconds: number; close: () => void }> {
  const rollups = openRollupsForWriting(join(lab.folder, 'rollups.sqlite'), lab.reading);
  const rows = createHotRows(lab.reading);
  const maker = createRollupMaker(lab.reading, rows, rollups, { quietMs: 0, nowMs: () => NOW_MS });
  const begun = performance.now();
  while ((await maker.step()) !== 'nothing');
  const seconds = (performance.now() - begun) / 1_000;
  const series = createStoreTimeSeries(lab.reading, rows, createRollupReader(lab.reading, rollups));
  return { series, seconds, close: () => void rollups.close() };
}

async function allInflux(lab: SeriesLab, url: string): Promise<{ series: TimeSeries; seconds: number }> {
  const target = {
    name: 'bench',
    version: 1,
    url,
    database: 'bench',
    timeoutMs: 60_000,
    batchRows: 10_000,
    retryAfterMs: 1_000,
  } as const;
  const cursors = openProjectionCursors(join(lab.folder, 'projections.sqlite'));
  const projection = createLogProjection(lab.reading, cursors, 'bench', createInfluxWriter(target), target.batchRows);
  const begun = performance.now();
  for (;;) {
    const stepped = await projection.step();
    if (!stepped.ok) throw new Error(stepped.fault.detail);
    if (stepped.value === 'nothing') break;
  }
  const seconds = (performance.now() - begun) / 1_000;
  cursors.close();
  return { series: createInfluxTimeSeries(createSeriesNames(lab.reading), createInfluxqlClient(target)), seconds };
}

const datastreams = Array.from({ length: DATASTREAMS }, (_, index) => index + 1);

interface Question {
  readonly what: string;
  readonly msMax: number;
  readonly expected: number;
  readonly of: (series: TimeSeries) => Ask;
  readonly bare: (bare: Bare) => Ask;
}

const questionsOf = (days: number): readonly Question[] => [
  {
    what: 'last 24 h of one datastream',
    msMax: 5,
    expected: DAY_MS / MINUTE_MS,
    of: (series) => async () => {
      const query = { datastreams: [LONG], fromMs: TO_MS - DAY_MS, toMs: TO_MS, order: 'asc', limit: 10_000 } as const;
      const page = await series.range(query);
      return page.ok ? page.value.rows.length : 0;
    },
    bare: (bare) => () => bare.range(LONG, TO_MS - DAY_MS, TO_MS),
  },
  {
    what: `${days} days of minutes as hourly means`,
    msMax: (20 * days) / YEAR_DAYS,
    expected: days * HOURS_PER_DAY,
    of: (series) => async () => {
      const span = { datastreams: [LONG], fromMs: TO_MS - days * DAY_MS, toMs: TO_MS };
      const query = { ...span, every: 'PT1H', zone: 'UTC', aggregates: ['mean'], limit: 10_000 } as const;
      let count = 0;
      for (let cursor: { beginMs: number; datastream: number } | undefined; ; ) {
        const page = await series.downsample(cursor === undefined ? query : { ...query, cursor });
        if (!page.ok) return 0;
        count += page.value.buckets.length;
        cursor = page.value.next;
        if (cursor === undefined) return count;
      }
    },
    bare: (bare) => () => bare.hourly(LONG, TO_MS - days * DAY_MS, TO_MS),
  },
  {
    what: 'latest of 10,000',
    msMax: 30,
    expected: DATASTREAMS,
    of: (series) => async () => {
      const rows = await series.latest(datastreams);
      return rows.ok ? rows.value.length : 0;
    },
    bare: (bare) => () => bare.latest(datastreams),
  },
];

async function measure(lab: SeriesLab, bare: Bare, url: string, size: Size): Promise<BenchRow[]> {
  const count = fill(lab, bare, size);
  const store = await allRollups(lab);
  const influx = await allInflux(lab, url);
  const members = count.toLocaleString('en');
  const rows: BenchRow[] = [
    {
      what: `series: log rows brought to rollups, ${members}`,
      unit: 'rows/s',
      ours: count / store.seconds,
      budget: {},
    },
    {
      what: `series: log rows brought to InfluxDB, ${members}`,
      unit: 'rows/s',
      ours: count / influx.seconds,
      budget: {},
    },
  ];
  for (const { what, msMax, expected, of, bare: ofBare } of questionsOf(size.days)) {
    const baseline = { what: 'bare SQLite', value: await timeQuestion(ofBare(bare), expected) };
    const ours = await timeQuestion(of(store.series), expected);
    rows.push({ what: `series: ${what}, ${members} rows`, unit: 'ms', ours, baseline, budget: { atMost: msMax } });
    rows.push({
      what: `series: ${what}, InfluxDB`,
      unit: 'ms',
      ours: await timeQuestion(of(influx.series), expected),
      baseline,
      budget: {},
    });
  }
  store.close();
  return rows;
}

export const seriesQueries: Bench = {
  name: 'series-queries',
  about: 'what dashboards ask of the time series, from the store and from InfluxDB, beside one bare table',
  run: async ({ full }) => {
    const lab = createSeriesLab(LONG);
    const bare = openBareSeries(lab.folder);
    const influx = await createInfluxServer();
    try {
      await influx.start();
      await influx.createDatabase('bench');
      return await measure(lab, bare, influx.url, full ? FULL : SHORT);
    } finally {
      await influx.remove();
      bare.close();
      lab.close();
    }
  },
};
