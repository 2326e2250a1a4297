import type { RowSource } from './row-source.ts';
import { joinSummaries, type Summary, summaryOf } from './summary.ts';
import { type DatastreamId, PAGE_ROWS_MAX, type SeriesKey, type TimeRange } from './time-series.ts';

/** The summary of the observations of one datastream that begin in one bucket. */
export interface BucketSummary {
  readonly datastream: DatastreamId;
  readonly beginMs: number;
  readonly endMs: number;
  readonly summary: Summary;
}

/** The bucket that holds an instant. */
export type FindBucket = (ms: number) => { readonly beginMs: number; readonly endMs: number };

/** Collects summaries by bucket; those of one datastream must come in order of time. */
export class BucketSummaries {
  readonly #byDatastream = new Map<DatastreamId, Collected[]>();
  readonly #find: FindBucket;

  constructor(find: FindBucket) {
    this.#find = find;
  }

  add(datastream: DatastreamId, ms: number, summary: Summary): void {
    let buckets = this.#byDatastream.get(datastream);
    if (buckets === undefined) {
      buckets = [];
      this.#byDatastream.set(datastream, buckets);
    }
    const last = buckets.at(-1);
    if (last !== undefined && ms < last.endMs) {
      last.summary = joinSummaries(last.summary, summary);
      return;
    }
    const { beginMs, endMs } = this.#find(ms);
    buckets.push({ datastream, beginMs, endMs, summary });
  }

  /** In order of begin, then of datastream. */
  sorted(): readonly BucketSummary[] {
    const all = [...this.#byDatastream.values()];
    const [only] = all;
    // Those of one are in order as they came.
    if (all.length === 1 && only !== undefined) return only;
    return all.flat().sort((a, b) => a.beginMs - b.beginMs || a.datastream - b.datastream);
  }
}

interface Collected extends BucketSummary {
  summary: Summary;
}

/** Gives each observation of the range that carries none of the refused bits, in order of begin. */
export async function eachRow(
  source: RowSource,
  { datastreams, fromMs, toMs }: TimeRange,
  refusedBits: number,
  onSummary: (datastream: DatastreamId, beginMs: number, summary: Summary) => void,
): Promise<void> {
  const range = { datastreams, fromMs, toMs, descending: false, limit: PAGE_ROWS_MAX };
  let after: SeriesKey | undefined;
  do {
    const page = await source.page({ ...range, after });
    for (const row of page.rows) {
      if ((row.quality & refusedBits) === 0) onSummary(row.datastream, row.beginMs, summaryOf(row));
    }
    after = page.next;
  } while (after !== undefined);
}
