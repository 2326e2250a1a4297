import type { Store } from '../log/open-store.ts';
import { createExpiry, type Expired } from '../retention/expiry.ts';
import { coldFileOf, coldFolderOf, createColdMonthReader } from './cold-months.ts';
import type { ColdRow } from './cold-row.ts';
import type { WindowGroup } from './cold-window.ts';
import { createColumnCache } from './column-cache.ts';
import { type MonthSpan, monthOf, spanOf } from './month.ts';
import { type ColdFile, ColdFileUnreadable, type ColdGroup, openColdFile } from './open-cold-file.ts';
import { createFileRows, type FileRange, groupsIn } from './read-file-rows.ts';

/** Some observations of one datastream. */
export interface ColdRange {
  readonly datastream: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** The first so many, or the last when `descending`. */
  readonly limit: number;
  readonly descending?: boolean;
}

/**
 * The rows that are in files, in the order of begin. What the store has of the same observations may be newer: merge with
 * `mergeRows`. While one read lasts (`readers.deadlineMs`) no row is in neither: rows leave the
 * store only long after their file counts. What has expired is passed over: it goes with its file. A file that cannot be read throws {@link ColdFileUnreadable}.
 */
export interface ColdRows {
  rows(range: ColdRange): ColdRow[];
  find(datastream: number, beginMs: number): ColdRow | undefined;
  /**
   * The row groups of a month that may hold rows of the datastreams that are wanted, of all without `wanted`; to be read
   * before anything else is asked.
   */
  groups(month: MonthSpan, wanted: ReadonlySet<number> | undefined): readonly WindowGroup[];
  /** Those rows that have not expired. */
  unexpired(rows: readonly ColdRow[]): readonly ColdRow[];
  /** Months that have a file, in order of time, each once. */
  spans(): readonly MonthSpan[];
  /** Rises when any month has changed. */
  change(): number;
}

const COLUMN_BYTES_MAX = 16_777_216;
const OPEN_FILES_MAX = 64;
const ORGANISATIONS_MAX = 200_000;

const known = new WeakMap<Store, ColdRows>();

/** The cold rows beside a store; one connection has one set of open files and decoded columns. */
export function coldRowsOf(store: Store): ColdRows {
  const rows = known.get(store) ?? createColdRows(store);
  known.set(store, rows);
  return rows;
}

function createColdRows(store: Store): ColdRows {
  const folder = coldFolderOf(store);
  const months = createColdMonthReader(store);
  const organisations = createOrganisationLookup(store);
  const cache = createColumnCache(COLUMN_BYTES_MAX);
  const read = createFileRows(cache);
  const lookAtExpiry = createExpiry(store);
  const open = new Map<string, ColdFile>();
  let seenChange = 0;
  /** Organisations that have a file of a month. */
  let byMonth = new Map<string, ReadonlySet<string>>();
  let spans: readonly MonthSpan[] = [];

  const close = (key: string, file: ColdFile) => {
    cache.forget(file);
    file.close();
    open.delete(key);
  };
  const refresh = () => {
    const change = months.lastChange();
    if (change === seenChange) return;
    seenChange = change;
    for (const [key, file] of open) close(key, file);
    const listed = Map.groupBy(
      months.list().filter(({ rows }) => rows > 0),
      ({ month }) => month,
    );
    byMonth = new Map([...listed].map(([month, of]) => [month, new Set(of.map(({ organisation }) => organisation))]));
    spans = [...byMonth.keys()].sort().map(spanOf);
  };
  const orUnreadable = <T>(organisation: string, month: string, work: (file: ColdFile) => T): T => {
    try {
      return work(fileOf(organisation, month));
    } catch (error) {
      throw new ColdFileUnreadable(`${coldFileOf(folder, organisation, month)}: ${(error as Error).message}`);
    }
  };
  const fileOf = (organisation: string, month: string): ColdFile => {
    const key = `${organisation}/${month}`;
    const file = open.get(key) ?? openColdFile(coldFileOf(folder, organisation, month));
    open.delete(key);
    open.set(key, file);
    for (const [oldest, other] of open) {
      if (open.size <= OPEN_FILES_MAX) break;
      close(oldest, other);
    }
    return file;
  };
  const monthsIn = (fromMs: number, toMs: number) =>
    spans.filter((span) => span.fromMs < toMs && span.toMs > fromMs).map((span) => monthOf(span.fromMs));

  return {
    rows({ datastream, fromMs, toMs, limit, descending = false }) {
      refresh();
      const found = monthsIn(fromMs, toMs);
      if (found.length === 0) return [];
      const organisation = organisations(datastream);
      const expired = lookAtExpiry();
      const parts: ColdRow[][] = [];
      let left = limit;
      for (const month of descending ? found.reverse() : found) {
        if (left <= 0) break;
        if (organisation === undefined || byMonth.get(month)?.has(organisation) !== true) continue;
        const range = { firstDatastream: datastream, lastDatastream: datastream, fromMs, toMs };
        const limited = left;
        const part = orUnreadable(organisation, month, (file) =>
          readUnexpired(range, limited, descending, expired, (narrowed) =>
            read.rows(file, narrowed, limited, descending),
          ),
        );
        left -= part.length;
        parts.push(part);
      }
      return (descending ? parts.reverse() : parts).flat();
    },
    find(datastream, beginMs) {
      return this.rows({ datastream, fromMs: beginMs, toMs: beginMs + 1, limit: 1 })[0];
    },
    groups(month, wanted) {
      const range = { ...boundsOf(wanted), ...month };
      const name = monthOf(month.fromMs);
      return [...(byMonth.get(name) ?? [])].flatMap((organisation) =>
        orUnreadable(organisation, name, (file) =>
          groupsIn(file, range).map((group) => ({
            ...(file.groups[group] as ColdGroup),
            column: (column: string) => orUnreadable(organisation, name, (again) => cache.column(again, group, column)),
          })),
        ),
      );
    },
    unexpired(rows) {
      const expired = lookAtExpiry();
      return expired.any ? rows.filter((row) => !expired.has(row)) : rows;
    },
    change() {
      refresh();
      return seenChange;
    },
    spans() {
      refresh();
      return spans;
    },
  };
}

/** Reads on until there are `limit` rows that have not expired, or no more. */
function readUnexpired(
  range: FileRange,
  limit: number,
  descending: boolean,
  expired: Expired,
  read: (range: FileRange) => ColdRow[],
): ColdRow[] {
  if (!expired.any || range.fromMs >= expired.cutoffMs(range.firstDatastream)) return read(range);
  const parts: ColdRow[][] = [];
  let count = 0;
  for (let left: FileRange | undefined = range; left !== undefined && count < limit; ) {
    const rows = read(left);
    const kept = rows.filter((row) => !expired.has(row));
    parts.push(kept);
    count += kept.length;
    const end = descending ? rows[0] : rows.at(-1);
    if (end === undefined || rows.length < limit) left = undefined;
    else left = descending ? { ...left, toMs: end.beginMs } : { ...left, fromMs: end.beginMs + 1 };
  }
  const found = (descending ? parts.reverse() : parts).flat();
  return descending ? found.slice(Math.max(0, found.length - limit)) : found.slice(0, limit);
}

function boundsOf(wanted: ReadonlySet<number> | undefined) {
  if (wanted === undefined) return { firstDatastream: 0, lastDatastream: Number.MAX_SAFE_INTEGER };
  let [firstDatastream, lastDatastream] = [Number.MAX_SAFE_INTEGER, -1];
  for (const datastream of wanted) {
    firstDatastream = Math.min(firstDatastream, datastream);
    lastDatastream = Math.max(lastDatastream, datastream);
  }
  return { firstDatastream, lastDatastream };
}

function createOrganisationLookup(store: Store): (datastream: number) => string | undefined {
  const select = store.prepare<[number], { organisation: string }>('SELECT organisation FROM datastream WHERE id = ?');
  const names = new Map<number, string>();
  return (datastream) => {
    const name = names.get(datastream) ?? select.get(datastream)?.organisation;
    if (name === undefined) return undefined;
    if (names.size >= ORGANISATIONS_MAX) names.clear();
    names.set(datastream, name);
    return name;
  };
}
