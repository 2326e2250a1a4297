import { ok } from '@meetbrug/protocols/result';
import { bucketOf, DAY_MS, fixedLengthMs, HOUR_MS } from '../timeseries/bucket-calendar.ts';
import { pageBuckets, type Window } from '../timeseries/page-buckets.ts';
import { pageRange } from '../timeseries/page-range.ts';
import { checkDownsample, checkRange, checkStatistics, readsPerDatastream } from '../timeseries/plan-cost.ts';
import { statisticsOf } from '../timeseries/statistics.ts';
import { BucketSummaries, type BucketSummary, eachRow, type FindBucket } from '../timeseries/summarise-rows.ts';
import { refusedBits, type Summary } from '../timeseries/summary.ts';
import type { QualityFilter, SeriesResult, TimeRange, TimeSeries } from '../timeseries/time-series.ts';
import { askRows, createInfluxRows, InfluxFault, inParts, seriesIds, unwrap } from './influx-rows.ts';
import { selectSums } from './influxql.ts';
import type { AskInfluxql } from './influxql-client.ts';
import type { SeriesNames } from './series-names.ts';

/** Reads after which a page of buckets ends. */
const PAGE_READS_MAX = 500_000;
const ALL_TIME = { fromMs: Number.MIN_SAFE_INTEGER, toMs: Number.MAX_SAFE_INTEGER };

/**
 * The time series in InfluxDB, asked in InfluxQL. What it cannot compute, buckets of the calendar and means weighted by time,
 * is added up here: from sums of hours, or from the observations.
 */
export function createInfluxTimeSeries(names: SeriesNames, ask: AskInfluxql): TimeSeries {
  const rows = createInfluxRows(names, ask);

  const addSums = async (range: TimeRange, stepMs: number | undefined, refused: number, found: BucketSummaries) => {
    const named = names(range.datastreams);
    if (named.length === 0 || range.fromMs >= range.toMs) return;
    const idOf = seriesIds(named);
    const statements = inParts(named).flatMap((part) => selectSums(part, range, stepMs, refused));
    const pieces = unwrap(await ask(statements)).flatMap((series, index) => {
      const toSummary = index % 2 === 0 ? numbersSummary : suppressedSummary;
      return series.flatMap((one) => one.values.map((value) => ({ id: idOf(one), ...toSummary(value) })));
    });
    for (const { id, fromMs, summary } of pieces.sort((a, b) => a.fromMs - b.fromMs)) found.add(id, fromMs, summary);
  };

  const summarise = async (window: Window): Promise<SeriesResult<readonly BucketSummary[]>> => {
    const { every, zone, aggregates, quality } = window;
    const found = new BucketSummaries((ms) => bucketOf(ms, every, zone));
    const refused = refusedBits(quality);
    if (aggregates.includes('time-weighted-mean')) {
      await eachRow(rows, window, refused, (...summary) => found.add(...summary));
    } else {
      await addSums(window, fixedLengthMs(every) ?? (zone === 'UTC' ? DAY_MS : HOUR_MS), refused, found);
    }
    return ok(found.sorted());
  };

  return {
    async range(query) {
      const checked = checkRange(query);
      return checked.ok ? orFault(async () => ok(await pageRange(rows, query))) : checked;
    },
    async downsample(query) {
      const { beginMs, endMs } = bucketOf(query.fromMs, query.every, query.zone);
      const checked = checkDownsample(query, endMs - beginMs);
      if (!checked.ok) return checked;
      const readsIn = (lengthMs: number) => readsPerDatastream({ fromMs: 0, toMs: lengthMs }, false);
      return orFault(() => pageBuckets(query, { readsIn, readsMax: PAGE_READS_MAX }, { rows, summarise }));
    },
    async latest(datastreams) {
      const checked = checkRange({ datastreams, limit: 1 });
      if (!checked.ok) return checked;
      return orFault(async () => {
        const named = names([...new Set(datastreams)]);
        const newest = unwrap(named.length === 0 ? ok([]) : await askRows(ask, named, ALL_TIME, true, 1));
        return ok(newest.flat().sort((a, b) => a.datastream - b.datastream));
      });
    },
    async statistics(query) {
      const checked = checkStatistics(query, true);
      return checked.ok ? orFault(async () => ok((await summariseWhole(query)).map(statisticsOf))) : checked;
    },
  };

  async function summariseWhole({ quality, ...range }: TimeRange & { readonly quality?: QualityFilter }) {
    const whole: FindBucket = () => ({ beginMs: range.fromMs, endMs: range.toMs });
    const found = new BucketSummaries(whole);
    await addSums({ ...range, datastreams: [...new Set(range.datastreams)] }, undefined, refusedBits(quality), found);
    return found.sorted();
  }
}

async function orFault<T>(answer: () => Promise<SeriesResult<T>>): Promise<SeriesResult<T>> {
  try {
    return await answer();
  } catch (error) {
    if (error instanceof InfluxFault) return { ok: false, fault: error.fault };
    throw error;
  }
}

/** Nothing that is weighted by time is computed from these. */
const UNWEIGHTED = { firstMs: 0, lastMs: 0, held: null, integral: 0, weightMs: 0, flags: 0 };

function numbersSummary(value: readonly unknown[]): { fromMs: number; summary: Summary } {
  const [fromMs, count, sum, scale, min, max, first, last] = numbers(value);
  return { fromMs, summary: { ...UNWEIGHTED, suppressed: 0, count, sum, scale, min, max, first, last } };
}

function suppressedSummary(value: readonly unknown[]): { fromMs: number; summary: Summary } {
  const [fromMs, suppressed] = numbers(value);
  const nothing = { count: 0, sum: 0, scale: 0, min: null, max: null, first: null, last: null };
  return { fromMs, summary: { ...UNWEIGHTED, ...nothing, suppressed } };
}

type Numbers = [number, number, number, number, number, number, number, number];

function numbers(value: readonly unknown[]): Numbers {
  if (!value.every((one) => typeof one === 'number')) {
    throw new InfluxFault({ code: 'unavailable', detail: 'InfluxDB gives a sum that is no number' });
  }
  return value as Numbers;
}
