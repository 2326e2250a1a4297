import { dirname, join } from 'node:path';
import type { Store } from '../log/open-store.ts';

/** A month of one organisation that has a file. */
export interface ColdMonth {
  readonly organisation: string;
  /** `2026-01`, in UTC. */
  readonly month: string;
  readonly rows: number;
  readonly bytes: number;
  readonly change: number;
  /** Whether rows of the file may still be in the store. */
  readonly dropping: boolean;
}

export interface ColdMonthReader {
  /** Rises when a month was written or its rows were dropped; 0 while there is none. */
  lastChange(): number;
  list(): ColdMonth[];
  find(organisation: string, month: string): ColdMonth | undefined;
}

type MonthRow = Omit<ColdMonth, 'dropping'> & { dropping: number };

export function createColdMonthReader(store: Store): ColdMonthReader {
  const columns = 'organisation, month, rows, bytes, change, dropping FROM cold_month';
  const last = store.prepare<[], { change: number }>('SELECT change FROM cold_month ORDER BY change DESC LIMIT 1');
  const all = store.prepare<[], MonthRow>(`SELECT ${columns} ORDER BY organisation, month`);
  const one = store.prepare<[string, string], MonthRow>(`SELECT ${columns} WHERE organisation = ? AND month = ?`);
  const toMonth = (row: MonthRow): ColdMonth => ({ ...row, dropping: row.dropping === 1 });
  return {
    lastChange: () => last.get()?.change ?? 0,
    list: () => all.all().map(toMonth),
    find(organisation, month) {
      const row = one.get(organisation, month);
      return row && toMonth(row);
    },
  };
}

/** Folder of the files of a store. */
export function coldFolderOf(store: Store): string {
  return join(dirname(store.name), 'cold');
}

export function coldFileOf(folder: string, organisation: string, month: string): string {
  return join(folder, organisation, `${month}.parquet`);
}
