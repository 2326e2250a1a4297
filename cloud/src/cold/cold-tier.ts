import { existsSync, renameSync, rmSync } from 'node:fs';
import type { Store } from '../log/open-store.ts';
import { QUARTER_MS } from '../log/schema.ts';
import { createExpiry } from '../retention/expiry.ts';
import { type ColdMonth, coldFileOf, coldFolderOf, createColdMonthReader } from './cold-months.ts';
import type { RowVersion } from './cold-row.ts';
import { type ColdWork, FORGET_ROWS_MAX } from './cold-work.ts';
import { createColumnCache } from './column-cache.ts';
import { countExpired } from './count-expired.ts';
import { addMonths, monthOf, spanOf } from './month.ts';
import { openColdFile } from './open-cold-file.ts';
import { closedUntilMs, isMonthDue, isRewriteCheap } from './plan-month.ts';
import { createFileRows } from './read-file-rows.ts';
import { createHotRows } from './read-hot-rows.ts';
import type { WriteStep } from './write-cold-file.ts';
import { writeMonth } from './write-month.ts';

export interface ColdTierSettings {
  /** Whole months between the end of a month and its file. */
  readonly afterMonths: number;
}

/** What the tier leaves to others: the writer, the other threads, and time. */
export interface ColdTierPorts {
  /** Resolves when the writer has committed the work; rejects when it cannot. */
  readonly ask: (work: ColdWork) => Promise<void>;
  /** Lets whatever waits in this thread run; rejects when the tier is to stop. */
  readonly turn: () => Promise<void>;
  /** Resolves once no read can be under way that began before the call; rejects when the tier is to stop. */
  readonly readersPast: () => Promise<void>;
  readonly onWritten: (month: Pick<ColdMonth, 'organisation' | 'month' | 'rows' | 'bytes'>) => void;
  readonly onStep?: (step: WriteStep) => void;
}

export interface ColdTier {
  /**
   * Finishes what was begun, then writes every closed month that is due, oldest first. Whatever ends it, the next call
   * goes on: until a file counts the store has its rows, from then on both have them, and what is in both counts once.
   */
  run(): Promise<void>;
}

/** Versions that are sorted in memory at once, to be forgotten in the order in which the store has them. */
const WINDOW_ROWS = 200_000;
const DAY_MS = 86_400_000;
const GROUP_CACHE_BYTES = 16_777_216;

export function createColdTier(store: Store, { afterMonths }: ColdTierSettings, ports: ColdTierPorts): ColdTier {
  const folder = coldFolderOf(store);
  const months = createColdMonthReader(store);
  const hot = createHotRows(store);
  const lookAtExpiry = createExpiry(store);
  const readCutoffs = createCutoffsOfOrganisation(store);
  const lastStamp = store.prepare<[], { stampMs: number | null }>('SELECT max(last_stamp_ms) AS stampMs FROM stream');

  const forget = async ({ organisation, month, rows, bytes }: ColdMonth) => {
    await ports.readersPast();
    const file = openColdFile(coldFileOf(folder, organisation, month));
    try {
      const read = createFileRows(createColumnCache(GROUP_CACHE_BYTES));
      for (const window of windowsOf(month, rows)) {
        const versions = read.versions(file, {
          ...window,
          firstDatastream: 0,
          lastDatastream: Number.MAX_SAFE_INTEGER,
        });
        versions.sort(compareInStore);
        for (let at = 0; at < versions.length; at += FORGET_ROWS_MAX) {
          await ports.ask({ kind: 'forget', versions: versions.slice(at, at + FORGET_ROWS_MAX) });
          await ports.turn();
        }
      }
    } finally {
      file.close();
    }
    await ports.ask({ kind: 'record', month: { organisation, month, rows, bytes, dropping: false } });
  };

  const write = async (organisation: string, month: string, hotRows: number, isDue = isMonthDue) => {
    const known = months.find(organisation, month);
    const path = coldFileOf(folder, organisation, month);
    const cold = known?.rows ?? 0;
    if (!isDue({ hot: hotRows, cold })) return;
    // A file that does not count was ended before it did, or is another store's and not ours to lose: the first is kept.
    const aside = `${path}.before`;
    if (cold === 0 && existsSync(path) && !existsSync(aside)) renameSync(path, aside);
    const before = cold > 0 ? openColdFile(path) : undefined;
    try {
      const { onStep } = ports;
      const rows = { hot: hotRows, cold };
      const writing = writeMonth(store, hot, {
        organisation,
        month,
        file: path,
        before,
        rows,
        ...(onStep && { onStep }),
      });
      for (;;) {
        const { done, value } = writing.next();
        await ports.turn();
        if (done !== true) continue;
        await ports.ask({ kind: 'record', month: { organisation, month, ...value, dropping: true } });
        ports.onWritten({ organisation, month, ...value });
        break;
      }
    } finally {
      before?.close();
    }
    const written = months.find(organisation, month);
    if (written !== undefined) await forget(written);
  };

  const assertFilesAreThere = () => {
    const gone = months
      .list()
      .filter(({ rows }) => rows > 0)
      .map(({ organisation, month }) => coldFileOf(folder, organisation, month))
      .find((file) => !existsSync(file));
    if (gone !== undefined) throw new Error(`${gone} is gone, and with it what it holds: put it back`);
  };

  /** What expired was counted with last, by file: another count is needed when more may have. */
  const countedAt = new Map<string, string>();
  const dropExpired = async (month: ColdMonth) => {
    const expired = lookAtExpiry();
    const path = coldFileOf(folder, month.organisation, month.month);
    if (!expired.any) return;
    const { fromMs } = spanOf(month.month);
    // By the day, and while the month's rows expire: nearly all were committed before the end of the next.
    const days = readCutoffs(month.organisation).map((ms) => Math.floor(Math.min(ms, addMonths(fromMs, 2)) / DAY_MS));
    const seen = `${month.change} ${days.join(' ')}`;
    if (days.every((day) => day * DAY_MS < fromMs) || countedAt.get(path) === seen) return;
    const file = openColdFile(path);
    let count: number;
    try {
      const counting = countExpired(file, expired);
      for (;;) {
        const { done, value } = counting.next();
        await ports.turn();
        if (done !== true) continue;
        count = value;
        break;
      }
    } finally {
      file.close();
    }
    countedAt.set(path, seen);
    if (count === month.rows) {
      await ports.ask({ kind: 'record', month: { ...month, rows: 0, bytes: 0, dropping: false } });
    } else if (isRewriteCheap({ expired: count, rows: month.rows })) {
      await write(month.organisation, month.month, 0, () => true);
    }
  };
  /** Months that lost all rows. Their files go once nobody can be reading them. */
  const removeEmpty = async () => {
    const files = months
      .list()
      .filter(({ rows }) => rows === 0)
      .map(({ organisation, month }) => coldFileOf(folder, organisation, month))
      .filter((file) => existsSync(file));
    if (files.length === 0) return;
    await ports.readersPast();
    for (const file of files) rmSync(file, { force: true });
  };

  return {
    async run() {
      await removeEmpty();
      for (const month of months.list().filter(({ dropping }) => dropping)) await forget(month);
      const untilMs = closedUntilMs(lastStamp.get()?.stampMs ?? 0, afterMonths);
      let fromMs = hot.firstAtOrBehind(Number.MIN_SAFE_INTEGER);
      while (fromMs !== undefined && fromMs < untilMs) {
        const month = monthOf(fromMs);
        for (const [organisation, rows] of hot.count(spanOf(month))) {
          await write(organisation, month, rows);
          await ports.turn();
        }
        fromMs = hot.firstAtOrBehind(addMonths(fromMs, 1));
      }
      assertFilesAreThere();
      for (const month of months.list().filter(({ rows }) => rows > 0)) await dropExpired(month);
      await removeEmpty();
    },
  };
}

function createCutoffsOfOrganisation(store: Store): (organisation: string) => number[] {
  const select = store.prepare<[string], { cutoffMs: number }>(`
    SELECT cutoff_ms AS cutoffMs FROM stream_cutoff JOIN stream ON stream.id = stream_cutoff.stream
    WHERE organisation = ? ORDER BY stream.id`);
  return (organisation) => select.all(organisation).map(({ cutoffMs }) => cutoffMs);
}

function compareInStore(a: RowVersion, b: RowVersion): number {
  return (
    Math.floor(a.beginMs / QUARTER_MS) - Math.floor(b.beginMs / QUARTER_MS) ||
    a.datastream - b.datastream ||
    a.beginMs - b.beginMs
  );
}

/** A month cut into spans of about {@link WINDOW_ROWS} rows, none shorter than a quarter of an hour. */
function windowsOf(month: string, rows: number): { readonly fromMs: number; readonly toMs: number }[] {
  const { fromMs, toMs } = spanOf(month);
  const quarters = (toMs - fromMs) / QUARTER_MS;
  const each = Math.max(1, Math.ceil(quarters / Math.max(1, Math.ceil(rows / WINDOW_ROWS)))) * QUARTER_MS;
  const count = Math.ceil((toMs - fromMs) / each);
  return Array.from({ length: count }, (_, index) => ({
    fromMs: fromMs + index * each,
    toMs: Math.min(toMs, fromMs + (index + 1) * each),
  }));
}
