import { join } from 'node:path';
import Database from 'better-sqlite3';
import { OUTBOX_FILE } from '../outbox/open-outbox.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { StoredGap } from '../outbox/stored-gaps.ts';

/** Numbers by name; what is not named is 0. */
export class Account {
  readonly #counts = new Map<string, number>();

  add(name: string, count: number): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + count);
  }

  get entries(): [string, number][] {
    return [...this.#counts].filter(([, count]) => count !== 0).sort();
  }

  get total(): number {
    return this.entries.reduce((sum, [, count]) => sum + count, 0);
  }
}

/** What the rows of a range hold, damaged and missing ones left out. */
export function accountOf(
  outbox: Outbox,
  range: readonly [number, number],
  observed: Account,
  reported: Account,
): void {
  const nameOf = (id: number | null) => (id === null ? '' : (outbox.description(id)?.datastream ?? ''));
  for (const { observations, gaps } of outbox.read(range, Number.MAX_SAFE_INTEGER).uplinks) {
    for (const [id] of observations) observed.add(nameOf(id), 1);
    for (const gap of gaps ?? []) reported.add(gapName(nameOf(gap[0]), gap), gap[2]);
  }
}

function gapName(datastream: string, [, reason]: StoredGap): string {
  return `${datastream} ${reason}`;
}

/** The gaps on file, read past the outbox: by datastream and reason. */
export function gapsOnFile(dataDir: string): { readonly total: Account; readonly pending: Account } {
  const connection = new Database(join(dataDir, OUTBOX_FILE), { readonly: true });
  const account = { total: new Account(), pending: new Account() };
  const rows = connection.prepare('SELECT datastream, reason, total, pending FROM gaps').all();
  connection.close();
  for (const row of rows as { datastream: string; reason: string; total: number; pending: number }[]) {
    account.total.add(`${row.datastream} ${row.reason}`, row.total);
    account.pending.add(`${row.datastream} ${row.reason}`, row.pending);
  }
  return account;
}
