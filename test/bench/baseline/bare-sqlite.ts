/** The least a durable store does with the same rows: one table, one transaction a batch, a real fsync. */
import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';

/** What the cloud's log keeps of an observation, column for column. */
const COLUMNS = `stream, ordinal, stamp_ms, datastream, begin_ms, end_ms, result_ms, received_ms, mantissa, scale, quality,
  revision, description, render_version, below, inputs`;
export type BareRow = readonly (number | null)[];

/** @returns rows per second */
export function appendBare(file: string, batches: readonly (readonly BareRow[])[]): number {
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec(`CREATE TABLE log (${COLUMNS})`);
  const insert = database.prepare(`INSERT INTO log VALUES (${COLUMNS.replace(/\w+/g, '?')})`);
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
