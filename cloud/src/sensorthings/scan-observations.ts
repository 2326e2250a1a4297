import { readColdPage } from '../cold/cold-pages.ts';
import { newerOf } from '../cold/cold-row.ts';
import { coldRowsOf } from '../cold/cold-rows.ts';
import type { Store } from '../log/open-store.ts';
import { quarterOf } from '../log/schema.ts';
import { type Budget, BudgetExhausted } from './budget.ts';
import type { ObservationRow } from './observation-entity.ts';
import type { ObservationKey } from './observation-id.ts';

/** Which observations to read, in order of begin, then of datastream; both fall when `descending`. */
export interface ObservationRange {
  /** `all` of the store, or some in rising order. */
  readonly datastreams: 'all' | readonly number[];
  /** First begin that belongs to the range, and the first that no longer does. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly descending: boolean;
  /** Only what comes behind this in the order. */
  readonly after: ObservationKey | undefined;
}

export interface ObservationScanner {
  /** Each statement has ended before a row is given; the budget is asked before each. */
  scan(range: ObservationRange, budget: Budget): Iterable<ObservationRow>;
  find(key: ObservationKey, budget: Budget): ObservationRow | undefined;
  /** How many there are, without reading them. */
  count(range: Omit<ObservationRange, 'after' | 'descending'>, budget: Budget): number;
}

/** Up to so many datastreams are looked up one by one; of more, whole quarters of an hour are read. */
const LOOKED_UP_MAX = 256;
/** Rows of a quarter that are read at once: few at first, since a page seldom needs them all. */
const CHUNKS = [500, 4_000, 20_000] as const;
const COUNTED_MAX = 2_000_000;
const COLUMNS = `datastream, begin_ms AS beginMs, end_ms AS endMs, result_ms AS resultMs, mantissa, scale, below, quality,
  revision, stamp_ms AS stampMs`;

const COLD_PAGE_ROWS = 1_000;

/** Reads the time series by its key, from the store and from the files of closed months. */
export function createObservationScanner(store: Store): ObservationScanner {
  const hot = createHotScanner(store);
  const cold = coldRowsOf(store);

  function* scanCold(range: ObservationRange, budget: Budget): Generator<ObservationRow> {
    let { after } = range;
    do {
      budget.spend(1);
      const page = readColdPage(cold, { ...range, after, limit: COLD_PAGE_ROWS }, (rows) => budget.spend(rows));
      yield* page.rows;
      after = page.next;
    } while (after !== undefined);
  }
  const isCold = ({ fromMs, toMs }: Pick<ObservationRange, 'fromMs' | 'toMs'>) =>
    cold.spans().some((span) => span.fromMs < toMs && span.toMs > fromMs);

  return {
    scan(range, budget) {
      const rows = hot.scan(range, budget);
      return isCold(range) ? mergeScans(rows, scanCold(range, budget), range.descending) : rows;
    },
    find: (key, budget) => hot.find(key, budget) ?? cold.find(key.datastream, key.beginMs),
    count(range, budget) {
      if (!isCold(range)) return hot.count(range, budget);
      let count = 0;
      for (const _ of this.scan({ ...range, after: undefined, descending: false }, budget)) count += 1;
      return count;
    },
  };
}

/** Two scans in one order as one; of an observation that both have the newer. */
function* mergeScans(
  hot: Iterable<ObservationRow>,
  cold: Iterable<ObservationRow>,
  descending: boolean,
): Generator<ObservationRow> {
  const others = cold[Symbol.iterator]();
  let other = others.next();
  for (const row of hot) {
    let isYielded = false;
    while (!other.done && !isYielded) {
      const order = compareKeys(other.value, row) * (descending ? -1 : 1);
      if (order > 0) break;
      yield order === 0 ? newerOf(row, other.value) : other.value;
      isYielded = order === 0;
      other = others.next();
    }
    if (!isYielded) yield row;
  }
  while (!other.done) {
    yield other.value;
    other = others.next();
  }
}

/** A quarter of an hour at a time. */
function createHotScanner(store: Store): ObservationScanner {
  const statements = prepare(store);

  /** The datastreams that have observations, and the end of the newest. */
  function narrow(datastreams: readonly number[], budget: Budget) {
    budget.spend(datastreams.length);
    const found = datastreams.flatMap((id) => {
      const beginMs = statements.latest.get(id)?.beginMs;
      return beginMs === undefined ? [] : [{ id, beginMs }];
    });
    return { ids: found.map(({ id }) => id), toMs: Math.max(...found.map(({ beginMs }) => beginMs + 1), 0) };
  }

  function* quarters(fromMs: number, toMs: number, descending: boolean, budget: Budget): Generator<number> {
    const [first, last] = [quarterOf(fromMs), quarterOf(toMs - 1)];
    const next = descending ? statements.quarterBefore : statements.quarterAfter;
    let quarter = descending ? last : first;
    for (;;) {
      budget.spend(1);
      const found = next.get(quarter)?.quarter;
      if (found === undefined || (descending ? found < first : found > last)) return;
      yield found;
      quarter = descending ? found - 1 : found + 1;
    }
  }

  function* scanFew(range: ObservationRange & { datastreams: readonly number[] }, budget: Budget) {
    const { descending } = range;
    for (const quarter of quarters(range.fromMs, range.toMs, descending, budget)) {
      const rows: ObservationRow[] = [];
      for (const datastream of range.datastreams) {
        budget.spend(1);
        const found = statements.rows.all(quarter, datastream, range.fromMs, range.toMs, CHUNKS[2] + 1);
        if (found.length > CHUNKS[2]) throw new BudgetExhausted('a quarter of an hour holds too many observations');
        budget.spend(found.length);
        rows.push(...found);
      }
      rows.sort(compareKeys);
      yield* descending ? rows.reverse() : rows;
    }
  }

  function* scanMany(range: ObservationRange, budget: Budget) {
    const { descending } = range;
    const wanted = range.datastreams === 'all' ? undefined : new Set(range.datastreams);
    const select = descending ? statements.quarterRowsBefore : statements.quarterRowsAfter;
    const start = range.after ?? edgeOf(range);
    for (const quarter of quarters(range.fromMs, range.toMs, descending, budget)) {
      let after: ObservationKey = start;
      for (let chunk = 0; ; chunk = Math.min(chunk + 1, CHUNKS.length - 1)) {
        budget.spend(1);
        const limit = CHUNKS[chunk] as number;
        const rows = select.all(quarter, range.fromMs, range.toMs, after.beginMs, after.datastream, limit);
        budget.spend(rows.length);
        yield* wanted === undefined ? rows : rows.filter(({ datastream }) => wanted.has(datastream));
        const last = rows.at(-1);
        if (last === undefined || rows.length < limit) break;
        after = last;
      }
    }
  }

  return {
    *scan(range, budget) {
      const { datastreams, after, descending } = range;
      // From the row that was last seen on: its moment may have others behind it.
      const fromMs = after === undefined || descending ? range.fromMs : Math.max(range.fromMs, after.beginMs);
      const toMs = after === undefined || !descending ? range.toMs : Math.min(range.toMs, after.beginMs + 1);
      if (datastreams === 'all' || datastreams.length > LOOKED_UP_MAX) {
        yield* scanMany({ ...range, fromMs, toMs }, budget);
        return;
      }
      const { ids, toMs: newestMs } = narrow(datastreams, budget);
      const few = { ...range, datastreams: ids, fromMs, toMs: Math.min(toMs, newestMs) };
      if (ids.length === 0) return;
      for (const row of scanFew(few, budget)) {
        const order = after === undefined ? 1 : compareKeys(row, after) * (descending ? -1 : 1);
        if (order > 0) yield row;
      }
    },
    find({ datastream, beginMs }, budget) {
      budget.spend(1);
      return statements.rows.get(quarterOf(beginMs), datastream, beginMs, beginMs + 1, 1);
    },
    count({ datastreams, fromMs, toMs }, budget) {
      if (datastreams === 'all') {
        const counted = statements.countAll.get(quarterOf(fromMs), quarterOf(toMs - 1), fromMs, toMs, COUNTED_MAX);
        const count = counted?.count ?? 0;
        if (count === COUNTED_MAX) throw new BudgetExhausted(`it counts ${COUNTED_MAX} observations or more`);
        return count;
      }
      const { ids, toMs: newestMs } = narrow(datastreams, budget);
      if (ids.length === 0) return 0;
      let count = 0;
      for (const quarter of quarters(fromMs, Math.min(toMs, newestMs), false, budget)) {
        for (const id of ids) {
          budget.spend(1);
          count += statements.count.get(quarter, id, fromMs, toMs)?.count ?? 0;
        }
      }
      return count;
    },
  };
}

/** What every row of the range comes behind. */
function edgeOf({ descending, fromMs, toMs }: ObservationRange): ObservationKey {
  return descending ? { beginMs: toMs, datastream: 0 } : { beginMs: fromMs - 1, datastream: 0 };
}

function compareKeys(a: ObservationKey, b: ObservationKey): number {
  return a.beginMs - b.beginMs || a.datastream - b.datastream;
}

function prepare(store: Store) {
  type Row = ObservationRow;
  return {
    latest: store.prepare<[number], { beginMs: number }>('SELECT begin_ms AS beginMs FROM latest WHERE datastream = ?'),
    quarterAfter: store.prepare<[number], { quarter: number }>(
      'SELECT quarter FROM series WHERE quarter >= ? ORDER BY quarter LIMIT 1',
    ),
    quarterBefore: store.prepare<[number], { quarter: number }>(
      'SELECT quarter FROM series WHERE quarter <= ? ORDER BY quarter DESC LIMIT 1',
    ),
    rows: store.prepare<[number, number, number, number, number], Row>(`
      SELECT ${COLUMNS} FROM series
      WHERE quarter = ? AND datastream = ? AND begin_ms >= ? AND begin_ms < ? ORDER BY begin_ms LIMIT ?`),
    quarterRowsAfter: store.prepare<[number, number, number, number, number, number], Row>(`
      SELECT ${COLUMNS} FROM series
      WHERE quarter = ? AND begin_ms >= ? AND begin_ms < ? AND (begin_ms, datastream) > (?, ?)
      ORDER BY begin_ms, datastream LIMIT ?`),
    quarterRowsBefore: store.prepare<[number, number, number, number, number, number], Row>(`
      SELECT ${COLUMNS} FROM series
      WHERE quarter = ? AND begin_ms >= ? AND begin_ms < ? AND (begin_ms, datastream) < (?, ?)
      ORDER BY begin_ms DESC, datastream DESC LIMIT ?`),
    count: store.prepare<[number, number, number, number], { count: number }>(`
      SELECT count(*) AS count FROM series WHERE quarter = ? AND datastream = ? AND begin_ms >= ? AND begin_ms < ?`),
    countAll: store.prepare<[number, number, number, number, number], { count: number }>(`
      SELECT count(*) AS count FROM
        (SELECT 1 FROM series WHERE quarter >= ? AND quarter <= ? AND begin_ms >= ? AND begin_ms < ? LIMIT ?)`),
  };
}
