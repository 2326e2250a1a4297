import type { DatastreamKey, QualityFlag } from '@meetbrug/protocols/observation';
import type { Fault, Result } from '@meetbrug/protocols/result';
import type { Every, Zone } from './bucket-calendar.ts';
import type { SeriesRow } from './read-series.ts';

export { EVERY, type Every, type Zone } from './bucket-calendar.ts';
export type { SeriesRow } from './read-series.ts';

/** Number of a datastream in the store; stable for the life of the store. */
export type DatastreamId = number;

/**
 * `too-costly`: what is asked is more than one request may cost; the detail says what to narrow. `deadline`: it took too
 * long. `unavailable`: the server behind the port does not answer, or too many requests wait; ask again later.
 */
export type SeriesFaultCode = 'too-costly' | 'deadline' | 'unavailable';
export type SeriesResult<T> = Result<T, Fault<SeriesFaultCode>>;

/** Place of one observation or bucket in the order of answers: by begin, then by datastream. */
export interface SeriesKey {
  readonly beginMs: number;
  readonly datastream: DatastreamId;
}

/** Which observations count: those with none of these flags. */
export interface QualityFilter {
  readonly without: readonly QualityFlag[];
}

/** The current version of one observation, with its datastream. */
export interface KeyedRow extends SeriesRow {
  readonly datastream: DatastreamId;
}

/** Times are epoch milliseconds; a range holds its first instant and not its last. */
export interface TimeRange {
  readonly datastreams: readonly DatastreamId[];
  readonly fromMs: number;
  readonly toMs: number;
}

export interface RangeQuery extends TimeRange {
  readonly order: 'asc' | 'desc';
  /** Rows of one page, 1 to {@link PAGE_ROWS_MAX}. */
  readonly limit: number;
  /** `next` of the page before. */
  readonly cursor?: SeriesKey;
  readonly quality?: QualityFilter;
}

/**
 * Rows in the order asked for. With `next` there may be more, also when there are fewer rows than the limit or none: a page
 * ends where its work does. Going on from `next` neither skips nor repeats, whatever arrives meanwhile.
 */
export interface SeriesPage {
  readonly rows: readonly KeyedRow[];
  readonly next: SeriesKey | undefined;
}

/**
 * `time-weighted-mean`: each number holds from its begin until the next observation of the datastream in the bucket (of
 * any kind or quality that is asked for), the last until the bucket or the range ends; what comes before the first has no weight.
 */
export const AGGREGATES = ['mean', 'min', 'max', 'sum', 'count', 'first', 'last', 'time-weighted-mean'] as const;
export type Aggregate = (typeof AGGREGATES)[number];

export interface DownsampleQuery extends TimeRange {
  readonly every: Every;
  /** Where days, weeks, months and years begin. */
  readonly zone: Zone;
  readonly aggregates: readonly Aggregate[];
  /** Buckets of one page over all datastreams, 1 to {@link PAGE_ROWS_MAX}. */
  readonly limit: number;
  readonly cursor?: SeriesKey;
  readonly quality?: QualityFilter;
}

/**
 * What the observations that begin in one bucket come to; an observation belongs to the bucket and the range that hold its
 * begin. Suppressed counts have no number: they are in `suppressed` and in no value.
 */
export interface Bucket {
  readonly datastream: DatastreamId;
  /** The bucket's own bounds, also where the range cuts it. */
  readonly beginMs: number;
  readonly endMs: number;
  /** Observations with a number. */
  readonly count: number;
  readonly suppressed: number;
  /**
   * One for each aggregate asked for, in that order; null where no observation has a number. `min`, `max`, `first` and
   * `last` print as the decimal that was observed; `sum` and the means are doubles of 12 significant digits, or whole.
   */
  readonly values: readonly (number | null)[];
}

/** Buckets with an observation, in order of begin, then of datastream; empty ones are left out. `next` as in a page. */
export interface BucketPage {
  readonly buckets: readonly Bucket[];
  readonly next: SeriesKey | undefined;
}

export interface StatisticsQuery extends TimeRange {
  readonly quality?: QualityFilter;
}

/** Of one datastream in a range; the values are null where no observation has a number. */
export interface SeriesStatistics {
  readonly datastream: DatastreamId;
  readonly count: number;
  readonly suppressed: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly first: number | null;
  readonly last: number | null;
}

/** Most rows or buckets that a page may be asked to hold, and most datastreams that a question may name. */
export const PAGE_ROWS_MAX = 50_000;
export const DATASTREAMS_MAX = 10_000;

/** What can be asked of the time series, wherever they are kept. Datastreams that are not there have no observations. */
export interface TimeSeries {
  range(query: RangeQuery): Promise<SeriesResult<SeriesPage>>;
  downsample(query: DownsampleQuery): Promise<SeriesResult<BucketPage>>;
  /** The observation of the greatest begin of each datastream that has one, in order of datastream. */
  latest(datastreams: readonly DatastreamId[]): Promise<SeriesResult<readonly KeyedRow[]>>;
  /** Of each datastream that has an observation in the range, in order of datastream. */
  statistics(query: StatisticsQuery): Promise<SeriesResult<readonly SeriesStatistics[]>>;
}

/** A version of an observation with what names its series outside the store. */
export interface SeriesWrite extends KeyedRow {
  readonly organisation: string;
  readonly datastreamKey: DatastreamKey;
}

/**
 * Takes observations in any order of time, any number of times: of the same datastream and begin the higher revision
 * replaces the lower. Of one observation, revisions must come in rising order from one call to the next, as the log has
 * them. Durable where it is kept when it returns; after a fault any part may have been kept: write all of it again.
 */
export interface TimeSeriesWriter {
  write(rows: readonly SeriesWrite[]): Promise<SeriesResult<undefined>>;
}
