import { ok } from '@meetbrug/protocols/result';
import { bucketOf } from '../timeseries/bucket-calendar.ts';
import type { Bucket, QualityFilter, SeriesResult, TimeSeries, Zone } from '../timeseries/time-series.ts';
import { fillGaps } from './fill-gaps.ts';
import type { Interval } from './interval-table.ts';
import type { SelectedSeries, Summary } from './query-tasks.ts';
import { BEFORE_ALL_MS, type SeriesPlace } from './series-cursor.ts';

export interface IntervalQuery {
  readonly selected: SelectedSeries;
  readonly summary: Summary;
  readonly zone: Zone;
  readonly quality: QualityFilter;
  readonly limit: number;
  readonly place: SeriesPlace | undefined;
}

/** `next` undefined at the end; with it there may be fewer rows than the limit, or none. */
export interface IntervalPage {
  readonly rows: readonly Interval[];
  readonly next: SeriesPlace | undefined;
}

interface Step {
  readonly rows: readonly Interval[];
  /** Where to go on in the same datastream. */
  readonly next: SeriesPlace | undefined;
}

/** Questions to the time series for one page: many datastreams without observations are read in several. */
const STEPS_MAX = 100;

/** Intervals by datastream, in the order of their numbers, and by time within each. */
export async function readIntervals(timeSeries: TimeSeries, query: IntervalQuery): Promise<SeriesResult<IntervalPage>> {
  const datastreams = query.selected.datastreams.toSorted((a, b) => a - b);
  const startOf = (datastream: number): SeriesPlace => ({ beginMs: BEFORE_ALL_MS, datastream });
  const rows: Interval[] = [];
  let place = query.place ?? startOf(datastreams[0] ?? 0);
  for (let step = 0; step < STEPS_MAX && rows.length < query.limit; step += 1) {
    const read = query.summary.fill === 'none' ? readObserved : readFilled;
    const found = await read(timeSeries, query, place, query.limit - rows.length);
    if (!found.ok) return found;
    rows.push(...found.value.rows);
    const { datastream } = place;
    const following = datastreams.find((one) => one > datastream);
    const next = found.value.next ?? (following === undefined ? undefined : startOf(following));
    if (next === undefined) return ok({ rows, next });
    place = next;
  }
  return ok({ rows, next: place });
}

async function readObserved(
  timeSeries: TimeSeries,
  query: IntervalQuery,
  { datastream, beginMs }: SeriesPlace,
  limit: number,
): Promise<SeriesResult<Step>> {
  const page = await timeSeries.downsample({
    ...rangeOf(query, datastream),
    limit,
    ...(beginMs !== BEFORE_ALL_MS && { cursor: { beginMs, datastream } }),
  });
  if (!page.ok) return page;
  const { buckets, next } = page.value;
  return ok({
    rows: buckets.map((bucket) => ({ ...bucket, isFilled: false })),
    next: next && { beginMs: next.beginMs, datastream },
  });
}

/** Read again from the last observed interval before the place, for what is filled behind it. */
async function readFilled(
  timeSeries: TimeSeries,
  query: IntervalQuery,
  { datastream, beginMs, observedMs }: SeriesPlace,
  limit: number,
): Promise<SeriesResult<Step>> {
  const { selected, summary, zone } = query;
  const { every } = summary;
  const atMs = beginMs === BEFORE_ALL_MS ? bucketOf(selected.fromMs, every, zone).beginMs : beginMs;
  const fromMs = Math.max(selected.fromMs, observedMs ?? atMs);
  const found = await readKnown(
    timeSeries,
    { ...query, selected: { ...selected, fromMs } },
    datastream,
    atMs,
    limit + 2,
  );
  if (!found.ok) return found;
  const { known, hasMore } = found.value;
  const rows = fillGaps({ ...summary, datastream, zone, fromMs: atMs, toMs: selected.toMs, limit, known, hasMore });
  const nextMs = rows.at(-1)?.endMs ?? atMs;
  if (nextMs >= selected.toMs) return ok({ rows, next: undefined });
  const observed = known.findLast((bucket) => bucket.beginMs < nextMs)?.beginMs ?? observedMs;
  return ok({
    rows,
    next: { beginMs: nextMs, datastream, ...(observed !== undefined && { observedMs: observed }) },
  });
}

/** Observed intervals from the beginning of the range, until one lies at `atMs` or behind, or there are no more. */
async function readKnown(
  timeSeries: TimeSeries,
  query: IntervalQuery,
  datastream: number,
  atMs: number,
  limit: number,
): Promise<SeriesResult<{ known: Bucket[]; hasMore: boolean }>> {
  const known: Bucket[] = [];
  let cursor: { beginMs: number; datastream: number } | undefined;
  do {
    const page = await timeSeries.downsample({ ...rangeOf(query, datastream), limit, ...(cursor && { cursor }) });
    if (!page.ok) return page;
    known.push(...page.value.buckets);
    cursor = page.value.next;
  } while (cursor !== undefined && (known.at(-1)?.beginMs ?? -1) < atMs);
  return ok({ known, hasMore: cursor !== undefined });
}

function rangeOf({ selected, summary, zone, quality }: IntervalQuery, datastream: number) {
  const { fromMs, toMs } = selected;
  const { every, aggregates } = summary;
  return { datastreams: [datastream], fromMs, toMs, every, aggregates, zone, quality };
}
