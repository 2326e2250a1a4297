import { join } from 'node:path';
import Database from 'better-sqlite3';

/** One table in the best order for reading, and nothing beside it. */
export function openBareSeries(folder: string) {
  const database = new Database(join(folder, 'bare.sqlite'));
  database.pragma('journal_mode = WAL');
  database.exec(
    'CREATE TABLE series (datastream INTEGER, begin_ms INTEGER, value REAL, PRIMARY KEY (datastream, begin_ms)) WITHOUT ROWID',
  );
  const insert = database.prepare('INSERT INTO series VALUES (?, ?, ?)');
  const range = database.prepare(
    'SELECT begin_ms, value FROM series WHERE datastream = ? AND begin_ms >= ? AND begin_ms < ?',
  );
  const hourly = database.prepare(`
    SELECT begin_ms / 3600000, avg(value) FROM series WHERE datastream = ? AND begin_ms >= ? AND begin_ms < ? GROUP BY 1`);
  const latest = database.prepare(
    'SELECT begin_ms, value FROM series WHERE datastream = ? ORDER BY begin_ms DESC LIMIT 1',
  );
  return {
    insert: database.transaction((rows: readonly (readonly [number, number, number])[]) => {
      for (const row of rows) insert.run(...row);
    }),
    range: (datastream: number, fromMs: number, toMs: number) => range.all(datastream, fromMs, toMs).length,
    hourly: (datastream: number, fromMs: number, toMs: number) => hourly.all(datastream, fromMs, toMs).length,
    latest: (datastreams: readonly number[]) =>
      datastreams.filter((datastream) => latest.get(datastream) !== undefined).length,
    close: () => void database.close(),
  };
}
