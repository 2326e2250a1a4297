import type { SeriesPage, SeriesRow } from './read-series.ts';

/** A page of one of several series that are read as one. */
export interface NamedPage {
  readonly datastream: string;
  readonly page: SeriesPage;
}

export interface MergedPage {
  /** In order of begin; of one moment in the order in which the series were given. */
  readonly rows: readonly { readonly datastream: string; readonly row: SeriesRow }[];
  readonly nextFromMs: number | undefined;
}

/**
 * Pages of several series, each read from the same moment with the same limit, as one page in time order. It ends before
 * the first moment that one of them has not read yet, and never amid the rows of one moment, so that going on from
 * `nextFromMs` neither skips nor repeats. Rows of one moment may exceed the limit when they are all there is to give.
 */
export function mergeSeries(pages: readonly NamedPage[], limit: number): MergedPage {
  const horizonMs = Math.min(...pages.map(({ page }) => page.nextFromMs ?? Number.POSITIVE_INFINITY));
  const rows = pages
    .flatMap(({ datastream, page }) => page.rows.map((row) => ({ datastream, row })))
    .filter(({ row }) => row.beginMs < horizonMs)
    .sort((a, b) => a.row.beginMs - b.row.beginMs);
  const beyond = rows[limit]?.row.beginMs;
  if (beyond === undefined) return { rows, nextFromMs: Number.isFinite(horizonMs) ? horizonMs : undefined };
  const before = rows.filter(({ row }) => row.beginMs < beyond);
  if (before.length > 0) return { rows: before, nextFromMs: beyond };
  return { rows: rows.filter(({ row }) => row.beginMs === beyond), nextFromMs: beyond + 1 };
}
