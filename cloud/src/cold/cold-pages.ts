import type { Store } from '../log/open-store.ts';
import { compareKeys } from '../timeseries/read-hot-rows.ts';
import type { RowSource } from '../timeseries/row-source.ts';
import type { SeriesKey } from '../timeseries/time-series.ts';
import type { ColdRow } from './cold-row.ts';
import { type ColdRows, coldRowsOf } from './cold-rows.ts';
import { type ColdWindow, readWindow } from './cold-window.ts';

/** Some cold rows in the order of their keys: by begin, then by datastream; falling when `descending`. */
export interface ColdPageRange {
  readonly datastreams: 'all' | readonly number[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly descending: boolean;
  /** Only what comes behind this in the order. */
  readonly after: SeriesKey | undefined;
  readonly limit: number;
}

/** Every row behind `after` up to `next`; without `next` up to the end of the range. */
export interface ColdPage {
  readonly rows: readonly ColdRow[];
  readonly next: SeriesKey | undefined;
}

/** Rows that are read together: of months that are sorted by datastream, each has to be looked through for every window. */
const WINDOW_ROWS_MAX = 65_536;
/** What is read ahead for pages of a few rows, of which seldom more than some are asked for. */
const WINDOW_PAGES = 150;
/** Windows that are kept for the pages that follow, of 6 MB at most each. */
const WINDOWS_MAX = 2;

/**
 * A page of cold rows. One datastream lies together in each file and is read as it lies; of several as much
 * is sorted at once as many pages hold.
 * @param spend told how many rows are about to be decoded; what it throws ends the read
 */
export function readColdPage(cold: ColdRows, range: ColdPageRange, spend: (rows: number) => void): ColdPage {
  const [only, ...others] = range.datastreams === 'all' ? [] : range.datastreams;
  if (only !== undefined && others.length === 0) return pageOfOne(cold, only, range);
  return range.datastreams.length === 0 ? { rows: [], next: undefined } : pageOfSeveral(cold, range, spend);
}

/** The same as the adapter of the time series takes it. */
export function createColdRowSource(store: Store): RowSource {
  const cold = coldRowsOf(store);
  return { page: (range) => Promise.resolve(readColdPage(cold, range, () => undefined)) };
}

function pageOfOne(cold: ColdRows, datastream: number, range: ColdPageRange): ColdPage {
  const { limit, descending, after } = range;
  const fromMs = after === undefined || descending ? range.fromMs : Math.max(range.fromMs, after.beginMs);
  const toMs = after === undefined || !descending ? range.toMs : Math.min(range.toMs, after.beginMs + 1);
  // One more for the row that may stand at `after` itself, and one to see whether there are more.
  const found = cold.rows({ datastream, fromMs, toMs, descending, limit: limit + 2 });
  const rows = (descending ? found.reverse() : found).filter((row) => isBehind(row, range));
  return rows.length > limit ? { rows: rows.slice(0, limit), next: rows[limit - 1] } : { rows, next: undefined };
}

/** A window, where it begins and what is behind it. */
interface KnownWindow {
  readonly asked: string;
  readonly after: SeriesKey | undefined;
  readonly window: ColdWindow;
  /** Where to look on behind the last row; undefined at the end of the range. */
  readonly next: SeriesKey | undefined;
}

const windowsOf = new WeakMap<ColdRows, KnownWindow[]>();

function pageOfSeveral(cold: ColdRows, range: ColdPageRange, spend: (rows: number) => void): ColdPage {
  const known = windowsOf.get(cold) ?? [];
  windowsOf.set(cold, known);
  const { datastreams, fromMs, toMs, descending, after, limit } = range;
  const asked = [cold.change(), descending, fromMs, toMs, ...(datastreams === 'all' ? ['all'] : datastreams)].join();
  const at = known.findIndex((one) => one.asked === asked && isInside(one, after, descending));
  const found = at < 0 ? { asked, after, ...openWindow(cold, range, spend) } : (known.splice(at, 1)[0] as KnownWindow);
  known.unshift(found);
  known.length = Math.min(known.length, WINDOWS_MAX);

  const { window, next } = found;
  const first = after === undefined ? 0 : firstBehind(window, after, descending);
  const end = Math.min(window.rows, first + limit);
  const rows = cold.unexpired(Array.from({ length: end - first }, (_, index) => window.row(first + index)));
  return { rows, next: end < window.rows ? window.key(end - 1) : next };
}

/** The first month that has rows behind `after`, and what of it goes into one window. */
function openWindow(
  cold: ColdRows,
  { datastreams, fromMs, toMs, descending, after, limit }: ColdPageRange,
  spend: (rows: number) => void,
): Pick<KnownWindow, 'window' | 'next'> {
  const wanted = datastreams === 'all' ? undefined : new Set(datastreams);
  const rowsMax = Math.max(limit, Math.min(WINDOW_ROWS_MAX, limit * WINDOW_PAGES));
  const months = cold
    .spans()
    .filter((month) => month.fromMs < toMs && month.toMs > fromMs && !isPassed(month, after, descending));
  const inOrder = descending ? months.reverse() : months;
  for (const month of inOrder) {
    const groups = cold.groups(month, wanted);
    spend(groups.reduce((sum, { rows }) => sum + rows, 0));
    const window = readWindow(groups, { wanted, fromMs, toMs, descending, after, rowsMax });
    if (window.hasMore) return { window, next: window.key(window.rows - 1) };
    const isLast = month === inOrder.at(-1);
    if (window.rows > 0) return { window, next: isLast ? undefined : keyBehind(month, descending) };
  }
  return { window: readWindow([], { wanted, fromMs, toMs, descending, after, rowsMax }), next: undefined };
}

/** Whether a window has, at once behind `after`, what is asked for. */
function isInside(known: KnownWindow, after: SeriesKey | undefined, descending: boolean): boolean {
  const { window, next } = known;
  if (after === undefined) return known.after === undefined;
  const direction = descending ? -1 : 1;
  const isBegun = known.after === undefined || compareKeys(after, known.after) * direction >= 0;
  const end = window.rows === 0 ? next : window.key(window.rows - 1);
  return isBegun && (end === undefined || compareKeys(after, end) * direction < 0);
}

/** Position of the first row that comes behind a key. */
function firstBehind(window: ColdWindow, after: SeriesKey, descending: boolean): number {
  const direction = descending ? -1 : 1;
  let [low, high] = [0, window.rows];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareKeys(window.key(middle), after) * direction <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isPassed({ fromMs, toMs }: Span, after: SeriesKey | undefined, descending: boolean): boolean {
  if (after === undefined) return false;
  return descending ? fromMs > after.beginMs : toMs <= after.beginMs;
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

function isBehind(row: SeriesKey, { after, descending }: ColdPageRange): boolean {
  if (after === undefined) return true;
  const order = row.beginMs - after.beginMs || row.datastream - after.datastream;
  return descending ? order < 0 : order > 0;
}

/** Behind everything in a month, and before all that comes behind it. */
function keyBehind({ fromMs, toMs }: Span, descending: boolean): SeriesKey {
  return descending ? { beginMs: fromMs, datastream: 0 } : { beginMs: toMs - 1, datastream: Number.MAX_SAFE_INTEGER };
}
