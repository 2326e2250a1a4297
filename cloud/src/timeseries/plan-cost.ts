import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import { DAY_MS, HOUR_MS } from './bucket-calendar.ts';
import type { DownsampleQuery, RangeQuery, StatisticsQuery, TimeRange } from './time-series.ts';
import { DATASTREAMS_MAX, PAGE_ROWS_MAX } from './time-series.ts';

/** What one question may cost, in observations read. */
export const COST_MAX = 20_000_000;
/** Buckets that all pages of one question may come to. */
export const BUCKETS_MAX = 10_000_000;
/** Observations that an hour of a datastream is taken to hold when nothing is known: one a minute. */
export const ROWS_PER_HOUR = 60;
const YEARS_MAX_MS = 200 * 366 * DAY_MS;

type Checked = Result<undefined, Fault<'too-costly'>>;

/** Observations (60 an hour) or sums of hours (one an hour) that a summary of a range reads of one datastream. */
export function readsPerDatastream(
  { fromMs, toMs }: Pick<TimeRange, 'fromMs' | 'toMs'>,
  isFromRollups: boolean,
): number {
  const hours = Math.ceil(Math.max(0, toMs - fromMs) / HOUR_MS);
  return isFromRollups ? hours + 2 * ROWS_PER_HOUR : hours * ROWS_PER_HOUR;
}

/** A page of rows reads no more than it gives, so only its size and its datastreams are limited. */
export function checkRange({ datastreams, limit }: Pick<RangeQuery, 'datastreams' | 'limit'>): Checked {
  if (datastreams.length > DATASTREAMS_MAX) {
    return fail('too-costly', `${datastreams.length} datastreams: ask for ${DATASTREAMS_MAX} at most`);
  }
  if (limit < 1 || limit > PAGE_ROWS_MAX) return fail('too-costly', `a page holds 1 to ${PAGE_ROWS_MAX} rows`);
  return ok(undefined);
}

/** @param bucketMs length of a bucket, as good as it is known */
export function checkDownsample(query: DownsampleQuery, bucketMs: number): Checked {
  const checked = checkRange(query);
  if (!checked.ok) return checked;
  const buckets = (Math.max(0, query.toMs - query.fromMs) / bucketMs) * query.datastreams.length;
  if (buckets > BUCKETS_MAX) {
    return fail('too-costly', `about ${round(buckets)} buckets: ask for ${BUCKETS_MAX} at most, or longer ones`);
  }
  return ok(undefined);
}

/** Statistics have no pages: all of it is read for one answer. */
export function checkStatistics(query: StatisticsQuery, isFromRollups: boolean): Checked {
  const checked = checkRange({ ...query, limit: 1 });
  if (!checked.ok) return checked;
  if (query.toMs - query.fromMs > YEARS_MAX_MS) return fail('too-costly', 'a range of more than 200 years');
  const reads = readsPerDatastream(query, isFromRollups) * query.datastreams.length;
  if (reads > COST_MAX) {
    return fail('too-costly', `about ${round(reads)} rows are read: ask for a shorter time or fewer datastreams`);
  }
  return ok(undefined);
}

function round(value: number): string {
  return Number(value.toPrecision(2)).toLocaleString('en', { useGrouping: false });
}
