import type { DatastreamId, KeyedRow, SeriesKey } from './time-series.ts';

/** Observations of some datastreams in the order of their keys: by begin, then by datastream; falling when `descending`. */
export interface RowRange {
  /** In rising order. */
  readonly datastreams: readonly DatastreamId[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly descending: boolean;
  /** Only what comes behind this in the order. */
  readonly after: SeriesKey | undefined;
  readonly limit: number;
}

/**
 * Every row of the range behind `after` up to `next`, at most `limit` of them; without `next` up to the end of the range.
 * `next` need not be the key of a row: a source that has done enough for one page names how far it looked.
 */
export interface RowPage {
  readonly rows: readonly KeyedRow[];
  readonly next: SeriesKey | undefined;
}

/** Where rows of the series are kept. Each page is a read of its own, with nothing held open behind it. */
export interface RowSource {
  page(range: RowRange): Promise<RowPage>;
}
