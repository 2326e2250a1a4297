import { writeSync } from 'node:fs';
import Database from 'better-sqlite3';

/** Commits one row after another for ever and reports each on standard output: the program that a power cut is tried on. */
const [file = '', synchronous = ''] = process.argv.slice(2);
const database = new Database(file);
database.pragma('journal_mode = WAL');
database.pragma(`synchronous = ${synchronous}`);
database.pragma('wal_autocheckpoint = 20');
database.exec('CREATE TABLE IF NOT EXISTS entry (id INTEGER PRIMARY KEY, body BLOB NOT NULL)');
const insert = database.prepare('INSERT INTO entry (body) VALUES (?)');
for (;;) {
  const { lastInsertRowid } = insert.run(Buffer.alloc(1500, 7));
  writeSync(1, `${lastInsertRowid}\n`);
}
