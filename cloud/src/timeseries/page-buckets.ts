import { ok } from '@meetbrug/protocols/result';
import { bucketOf, fixedLengthMs } from './bucket-calendar.ts';
import type { RowSource } from './row-source.ts';
import type { BucketSummary } from './summarise-rows.ts';
import { valuesOf } from './summary.ts';
import type {
  Bucket,
  BucketPage,
  DatastreamId,
  DownsampleQuery,
  SeriesKey,
  SeriesResult,
  TimeRange,
} from './time-series.ts';

/** Some buckets of some datastreams: all of one question, or a part of it. */
export type Window = TimeRange & Pick<DownsampleQuery, 'every' | 'zone' | 'aggregates' | 'quality'>;

/** Summaries of a window in order of begin, then of datastream; the range may begin and end amid buckets. */
export type SummariseWindow = (window: Window) => Promise<SeriesResult<readonly BucketSummary[]>>;

export interface WindowCosts {
  /** What one datastream costs to summarise over so many milliseconds. */
  readonly readsIn: (lengthMs: number) => number;
  /** A page ends once its windows have cost so much. */
  readonly readsMax: number;
}

/** Where buckets come from; the rows tell where to go on behind time that nothing was measured in. */
export interface BucketSource {
  readonly rows: RowSource;
  readonly summarise: SummariseWindow;
}

/**
 * One page of a downsample: windows of whole buckets, or of some datastreams of one bucket where that alone fills the page,
 * each small enough to be read at once, until the page is full or has cost enough.
 */
export async function pageBuckets(
  asked: DownsampleQuery,
  { readsIn, readsMax }: WindowCosts,
  { rows, summarise }: BucketSource,
): Promise<SeriesResult<BucketPage>> {
  const query = { ...asked, datastreams: [...new Set(asked.datastreams)].sort((a, b) => a - b) };
  const { every, zone, limit, toMs, datastreams } = query;
  const buckets: Bucket[] = [];
  let at: SeriesKey | undefined = query.cursor;
  let spent = 0;
  let place = placeAfter(at, query);
  while (place.fromMs < toMs && datastreams.length > 0) {
    if (buckets.length === limit || spent >= readsMax) return ok({ buckets, next: at });
    const first = bucketOf(place.fromMs, every, zone);
    const affordable = Math.floor((readsMax - spent) / readsIn(first.endMs - first.beginMs));
    const { slice, isWhole, endMs } = planWindow(place, query, Math.min(limit - buckets.length, affordable));
    const span = { fromMs: Math.max(query.fromMs, first.beginMs), toMs: Math.min(endMs, toMs) };
    const summaries = slice.length === 0 ? ok([]) : await summarise({ ...query, ...span, datastreams: slice });
    if (!summaries.ok) return summaries;
    buckets.push(...summaries.value.map((summary) => toBucket(summary, query)));
    spent += slice.length * readsIn(span.toMs - span.fromMs);
    if (!isWhole) {
      at = { beginMs: bucketOf(endMs - 1, every, zone).beginMs, datastream: slice.at(-1) ?? 0 };
      place = { fromMs: at.beginMs, after: at.datastream };
      continue;
    }
    const nextMs = summaries.value.length === 0 ? await firstBegin(rows, { datastreams, fromMs: endMs, toMs }) : endMs;
    if (nextMs === undefined) break;
    const { beginMs } = bucketOf(nextMs, every, zone);
    at = { beginMs: beginMs - 1, datastream: datastreams.at(-1) ?? 0 };
    place = { fromMs: beginMs, after: undefined };
  }
  return ok({ buckets, next: undefined });
}

/** The next window of at most so many buckets over all datastreams, but one at least. */
function planWindow({ fromMs, after }: Place, query: DownsampleQuery, bucketsMax: number) {
  const { every, zone, datastreams } = query;
  const rest = after === undefined ? datastreams : datastreams.filter((id) => id > after);
  const slice = rest.slice(0, Math.max(1, bucketsMax));
  const isWhole = slice.length === rest.length;
  // Where a bucket was begun it is ended first; else as many as there is room for.
  const count = isWhole && after === undefined ? Math.max(1, Math.floor(bucketsMax / datastreams.length)) : 1;
  return { slice, isWhole, endMs: endOf(bucketOf(fromMs, every, zone).endMs, count, query) };
}

function toBucket(
  { datastream, beginMs, endMs, summary }: BucketSummary,
  { aggregates, toMs }: DownsampleQuery,
): Bucket {
  const { count, suppressed } = summary;
  return {
    datastream,
    beginMs,
    endMs,
    count,
    suppressed,
    values: valuesOf(summary, aggregates, Math.min(endMs, toMs)),
  };
}

/** Where there may be an observation again; undefined when the range has none any more. */
async function firstBegin(rows: RowSource, range: TimeRange): Promise<number | undefined> {
  const page = await rows.page({ ...range, descending: false, after: undefined, limit: 1 });
  const [row] = page.rows;
  const beginMs = row?.beginMs ?? page.next?.beginMs;
  return beginMs === undefined ? undefined : Math.max(range.fromMs, beginMs);
}

interface Place {
  readonly fromMs: number;
  readonly after: DatastreamId | undefined;
}

/** Where a page begins: at a bucket, behind one of its datastreams. */
function placeAfter(cursor: SeriesKey | undefined, { fromMs, every, zone }: DownsampleQuery): Place {
  if (cursor === undefined) return { fromMs, after: undefined };
  return { fromMs: Math.max(cursor.beginMs, bucketOf(fromMs, every, zone).beginMs), after: cursor.datastream };
}

/** The end of so many buckets, the first of which ends here; of the calendar's no further than the range goes. */
function endOf(firstEndMs: number, count: number, { every, zone, toMs }: DownsampleQuery): number {
  const lengthMs = fixedLengthMs(every);
  if (lengthMs !== undefined) return firstEndMs + (count - 1) * lengthMs;
  let endMs = firstEndMs;
  for (let more = count - 1; more > 0 && endMs < toMs; more--) endMs = bucketOf(endMs, every, zone).endMs;
  return endMs;
}
