/** The least a durable store does with the same observations: one table, one transaction a batch, a real fsync. */
import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';

export type BareRow = readonly [
  ordinal: number,
  stamp: number,
  datastream: number,
  begin: number,
  result: number,
  value: number,
  scale: number,
  revision: number,
];

/** @returns rows per second */
export function appendBare(file: string, batches: readonly (readonly BareRow[])[]): number {
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec(
    'CREATE TABLE log (ordinal INTEGER PRIMARY KEY, stamp, datastream, begin, result, value, scale, revision)',
  );
  const insert = database.prepare('INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const append = database.transaction((rows: readonly BareRow[]) => {
    for (const row of rows) insert.run(...row);
  });
  const startedMs = performance.now();
  for (const batch of batches) append(batch);
  const seconds = (performance.now() - startedMs) / 1000;
  database.close();
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
  return batches.reduce((sum, batch) => sum + batch.length, 0) / seconds;
}
