import type { Store } from '../log/open-store.ts';
import { QUARTER_MS, quarterOf } from '../log/schema.ts';
import type { RowPage, RowRange, RowSource } from './row-source.ts';
import type { KeyedRow, SeriesKey } from './time-series.ts';

/** Look-ups of one page: an almost empty range of years is read in several. */
const LOOK_UPS_MAX = 20_000;
const COLUMNS = `datastream, begin_ms AS beginMs, end_ms AS endMs, result_ms AS resultMs, mantissa, scale, below, quality,
  revision, stamp_ms AS stampMs`;

/** The rows of the table `series`, a quarter of an hour by one statement. */
export function createHotRows(store: Store): RowSource {
  const statements = prepare(store);

  const nextQuarter = (quarter: number, descending: boolean) =>
    (descending ? statements.nextDown : statements.nextUp).get(quarter)?.quarter;

  /** Of each quarter only what is behind the row that was seen last is read, and of that no more than is wanted. */
  const pageOf = (range: RowRange, datastreams: string): RowPage => {
    const { descending, limit, fromMs, toMs } = range;
    const select = descending ? statements.quarterBefore : statements.quarterAfter;
    const rows: KeyedRow[] = [];
    let after = range.after ?? edgeOf(range);
    let quarter: number | undefined = startOf(range);
    for (let left = LOOK_UPS_MAX; left > 0; left -= range.datastreams.length) {
      // Skips the time in which nobody measured anything.
      quarter = nextQuarter(quarter, descending);
      if (quarter === undefined || isBeyond(quarter, range)) return { rows, next: undefined };
      const wanted = limit - rows.length;
      const read = select.all(quarter, datastreams, fromMs, toMs, after.beginMs, after.datastream, wanted);
      for (const row of read) rows.push(row);
      const last = rows.at(-1);
      if (rows.length === limit && last !== undefined) return { rows, next: last };
      quarter += descending ? -1 : 1;
      after = keyBefore(quarter, descending);
    }
    return { rows, next: after };
  };

  return {
    page(range) {
      const datastreams = JSON.stringify(range.datastreams);
      // Behind the newest of them there is nothing, though others go on.
      const endMs = (statements.newest.get(datastreams)?.beginMs ?? -1) + 1;
      const { after, descending } = range;
      // From the row that was seen last on: its moment may have others behind it.
      const fromMs = after === undefined || descending ? range.fromMs : Math.max(range.fromMs, after.beginMs);
      const untilMs = after === undefined || !descending ? range.toMs : Math.min(range.toMs, after.beginMs + 1);
      const narrowed = { ...range, fromMs, toMs: Math.min(untilMs, endMs) };
      const isEmpty = narrowed.toMs <= fromMs;
      return Promise.resolve(isEmpty ? { rows: [], next: undefined } : pageOf(narrowed, datastreams));
    },
  };
}

export function compareKeys(a: SeriesKey, b: SeriesKey): number {
  return a.beginMs - b.beginMs || a.datastream - b.datastream;
}

function startOf({ fromMs, toMs, descending }: RowRange): number {
  return quarterOf(descending ? toMs - 1 : fromMs);
}

function isBeyond(quarter: number, { fromMs, toMs, descending }: RowRange): boolean {
  return descending ? quarter < quarterOf(fromMs) : quarter * QUARTER_MS >= toMs;
}

/** What every row of the range comes behind. */
function edgeOf({ descending, fromMs, toMs }: RowRange): SeriesKey {
  return descending ? { beginMs: toMs, datastream: 0 } : { beginMs: fromMs - 1, datastream: Number.MAX_SAFE_INTEGER };
}

/** Behind everything that was read before this quarter, and before all in it. */
function keyBefore(quarter: number, descending: boolean): SeriesKey {
  return descending
    ? { beginMs: (quarter + 1) * QUARTER_MS, datastream: 0 }
    : { beginMs: quarter * QUARTER_MS - 1, datastream: Number.MAX_SAFE_INTEGER };
}

function prepare(store: Store) {
  const quarterRows = (comparison: '<' | '>', order: 'ASC' | 'DESC') =>
    store.prepare<[number, string, number, number, number, number, number], KeyedRow>(`
      SELECT ${COLUMNS} FROM series
      WHERE quarter = ? AND datastream IN (SELECT value FROM json_each(?)) AND begin_ms >= ? AND begin_ms < ?
        AND (begin_ms, datastream) ${comparison} (?, ?)
      ORDER BY begin_ms ${order}, datastream ${order} LIMIT ?`);
  const next = (comparison: '<=' | '>=', order: 'ASC' | 'DESC') =>
    store.prepare<[number], { quarter: number }>(
      `SELECT quarter FROM series WHERE quarter ${comparison} ? ORDER BY quarter ${order} LIMIT 1`,
    );
  return {
    newest: store.prepare<[string], { beginMs: number | null }>(
      'SELECT max(begin_ms) AS beginMs FROM latest WHERE datastream IN (SELECT value FROM json_each(?))',
    ),
    quarterAfter: quarterRows('>', 'ASC'),
    quarterBefore: quarterRows('<', 'DESC'),
    nextUp: next('>=', 'ASC'),
    nextDown: next('<=', 'DESC'),
  };
}
