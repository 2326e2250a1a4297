import type { RowSource } from './row-source.ts';
import { refusedBits } from './summary.ts';
import type { KeyedRow, RangeQuery, SeriesKey, SeriesPage } from './time-series.ts';

/** Pages of a source that one page of a range reads, where few rows pass the filter. */
const SOURCE_PAGES_MAX = 20;

/** One page of the rows that pass the filter. */
export async function pageRange(rows: RowSource, query: RangeQuery): Promise<SeriesPage> {
  const refused = refusedBits(query.quality);
  const { fromMs, toMs, limit } = query;
  const range = {
    datastreams: [...new Set(query.datastreams)].sort((a, b) => a - b),
    fromMs,
    toMs,
    descending: query.order === 'desc',
  };
  const kept: KeyedRow[] = [];
  let after: SeriesKey | undefined = query.cursor;
  for (let read = 0; read < SOURCE_PAGES_MAX; read++) {
    const page = await rows.page({ ...range, after, limit: limit - kept.length });
    for (const row of page.rows) if ((row.quality & refused) === 0) kept.push(row);
    after = page.next;
    if (after === undefined || kept.length === limit || read + 1 === SOURCE_PAGES_MAX) break;
    if (page.rows.length === 0) break;
  }
  return { rows: kept, next: after };
}
