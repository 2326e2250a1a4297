import type { Store } from '../log/open-store.ts';
import { QUARTER_MS, quarterOf } from '../log/schema.ts';
import type { RowPage, RowRange, RowSource } from './row-source.ts';
import type { DatastreamId, KeyedRow, SeriesKey } from './time-series.ts';

/** Up to so many datastreams are looked up one by one; of more, all in each quarter of an hour by one statement. */
const LOOKED_UP_MAX = 2_000;
/** Look-ups of one page: an almost empty range of years is read in several. */
const LOOK_UPS_MAX = 20_000;
const COLUMNS = `datastream, begin_ms AS beginMs, end_ms AS endMs, result_ms AS resultMs, mantissa, scale, below, quality,
  revision, stamp_ms AS stampMs`;

/**
 * The rows of the table `series`.
 * @param lookedUpMax of more datastreams than this, whole quarters of an hour are read
 */
export function createHotRows(store: Store, lookedUpMax = LOOKED_UP_MAX): RowSource {
  const statements = prepare(store);

  /** The datastreams that have observations here, and where the newest ends. */
  const narrow = (datastreams: readonly DatastreamId[]) => {
    const ids: DatastreamId[] = [];
    let endMs = 0;
    for (const id of datastreams) {
      const newest = statements.newest.get(id);
      if (newest === undefined) continue;
      ids.push(id);
      endMs = Math.max(endMs, newest.beginMs + 1);
    }
    return { ids, endMs };
  };

  const lookUp = (quarter: number, range: RowRange, limit: number): KeyedRow[] => {
    const { fromMs, toMs, after, descending } = range;
    const select = descending ? statements.rowsBefore : statements.rowsAfter;
    const direction = descending ? -1 : 1;
    // One more of each than is wanted, and the one that may stand at `after` itself.
    return range.datastreams
      .flatMap((id) => select.all(quarter, id, fromMs, toMs, limit + 1))
      .filter((row) => after === undefined || compareKeys(row, after) * direction > 0)
      .sort((a, b) => compareKeys(a, b) * direction);
  };

  const nextQuarter = (quarter: number, descending: boolean) =>
    (descending ? statements.nextDown : statements.nextUp).get(quarter)?.quarter;

  /** Of each quarter only what is behind the row that was seen last is read, and of that no more than is wanted. */
  const pageOfMany = (range: RowRange): RowPage => {
    const { descending, limit, fromMs, toMs } = range;
    const select = descending ? statements.quarterBefore : statements.quarterAfter;
    const datastreams = JSON.stringify(range.datastreams);
    const rows: KeyedRow[] = [];
    let after = range.after ?? edgeOf(range);
    let quarter: number | undefined = startOf(range);
    for (let left = LOOK_UPS_MAX; left > 0; left -= range.datastreams.length) {
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

  const pageOfFew = (range: RowRange): RowPage => {
    const { descending, limit } = range;
    const rows: KeyedRow[] = [];
    let quarter = startOf(range);
    for (let left = LOOK_UPS_MAX; left > 0; left -= range.datastreams.length) {
      if (isBeyond(quarter, range)) return { rows, next: undefined };
      const found = lookUp(quarter, range, limit - rows.length);
      rows.push(...found.slice(0, limit - rows.length));
      if (rows.length === limit) return { rows, next: rows.at(-1) };
      // Skips the time in which nobody measured anything; a dense series is not asked about it.
      const following = descending ? quarter - 1 : quarter + 1;
      const next = found.length > 0 ? following : nextQuarter(following, descending);
      if (next === undefined) return { rows, next: undefined };
      quarter = next;
    }
    return { rows, next: keyBefore(quarter, descending) };
  };

  return {
    page(range) {
      // Of many it would cost more than what it saves.
      const { ids, endMs } =
        range.datastreams.length > lookedUpMax
          ? { ids: range.datastreams, endMs: range.toMs }
          : narrow(range.datastreams);
      const { after, descending } = range;
      // From the row that was seen last on: its moment may have others behind it.
      const fromMs = after === undefined || descending ? range.fromMs : Math.max(range.fromMs, after.beginMs);
      const untilMs = after === undefined || !descending ? range.toMs : Math.min(range.toMs, after.beginMs + 1);
      const narrowed = { ...range, datastreams: ids, fromMs, toMs: Math.min(untilMs, endMs) };
      if (ids.length === 0 || narrowed.toMs <= fromMs) return Promise.resolve({ rows: [], next: undefined });
      return Promise.resolve(ids.length > lookedUpMax ? pageOfMany(narrowed) : pageOfFew(narrowed));
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
  const rows = (order: 'ASC' | 'DESC') =>
    store.prepare<[number, number, number, number, number], KeyedRow>(`
      SELECT ${COLUMNS} FROM series
      WHERE quarter = ? AND datastream = ? AND begin_ms >= ? AND begin_ms < ? ORDER BY begin_ms ${order} LIMIT ?`);
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
    newest: store.prepare<[number], { beginMs: number }>('SELECT begin_ms AS beginMs FROM latest WHERE datastream = ?'),
    rowsAfter: rows('ASC'),
    rowsBefore: rows('DESC'),
    quarterAfter: quarterRows('>', 'ASC'),
    quarterBefore: quarterRows('<', 'DESC'),
    nextUp: next('>=', 'ASC'),
    nextDown: next('<=', 'DESC'),
  };
}
