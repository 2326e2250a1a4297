import { renameSync, rmSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import Database from 'better-sqlite3';

/** The tables of an outbox of schema version 3, before there were gap reports. */
const TABLES = `
CREATE TABLE state (only INTEGER PRIMARY KEY CHECK (only = 1), epoch TEXT NOT NULL, sequence_offset INTEGER NOT NULL,
  next_id INTEGER NOT NULL, acknowledged TEXT NOT NULL) STRICT;
CREATE TABLE uplinks (id INTEGER PRIMARY KEY, received_ms INTEGER NOT NULL, observations TEXT NOT NULL,
  topic TEXT NOT NULL, payload BLOB NOT NULL, checksum INTEGER NOT NULL) STRICT;
CREATE TABLE descriptions (id INTEGER PRIMARY KEY, datastream TEXT NOT NULL, version INTEGER NOT NULL,
  valid_from_ms INTEGER NOT NULL, content TEXT NOT NULL, dated INTEGER NOT NULL DEFAULT 0,
  UNIQUE (datastream, version)) STRICT;
CREATE TABLE quarantine (id INTEGER PRIMARY KEY, received_ms INTEGER NOT NULL, reason TEXT NOT NULL,
  detail TEXT NOT NULL, topic TEXT NOT NULL, payload BLOB NOT NULL, payload_expires_ms INTEGER DEFAULT 0) STRICT;
CREATE INDEX quarantine_expiry ON quarantine (payload_expires_ms) WHERE payload_expires_ms IS NOT NULL;
CREATE TABLE seen_chunks (id INTEGER PRIMARY KEY, fingerprints BLOB NOT NULL) STRICT;
CREATE TABLE seen_tail (id INTEGER PRIMARY KEY, fingerprints BLOB NOT NULL) STRICT;
CREATE TABLE count_cells (datastream TEXT NOT NULL, begin_ms INTEGER NOT NULL, end_ms INTEGER NOT NULL,
  description INTEGER NOT NULL, below INTEGER NOT NULL, count_max INTEGER NOT NULL, closes_ms INTEGER NOT NULL,
  quality INTEGER NOT NULL, parts TEXT NOT NULL, published TEXT, PRIMARY KEY (datastream, begin_ms)) STRICT, WITHOUT ROWID;
CREATE INDEX count_cells_open ON count_cells (closes_ms) WHERE published IS NULL;
CREATE INDEX count_cells_closed ON count_cells (end_ms) WHERE published IS NOT NULL;
CREATE TABLE level_histories (datastream TEXT PRIMARY KEY, dated TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE revised_levels (datastream TEXT NOT NULL, begin_ms INTEGER NOT NULL, value TEXT NOT NULL,
  revised_ms INTEGER NOT NULL, PRIMARY KEY (datastream, begin_ms)) STRICT, WITHOUT ROWID;
CREATE INDEX revised_levels_age ON revised_levels (revised_ms);
CREATE TABLE counters (datastream TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT, WITHOUT ROWID;
PRAGMA user_version = 3;
`;
const PAGE_BYTES = 8_192;

interface Row {
  readonly id: number;
  readonly received_ms: number;
  readonly observations: string;
  readonly topic: string;
  readonly payload: Uint8Array;
}

/**
 * Writes the outbox of a stopped edge as the program of schema version 3 would have: the same rows in the older tables,
 * with the checksum of that time. Throws when the file holds a row that version 3 could not have written.
 */
export function rewriteAsVersion3(file: string): void {
  const older = `${file}.version-3`;
  const target = new Database(older);
  target.pragma(`page_size = ${PAGE_BYTES}`);
  target.pragma('journal_mode = WAL');
  target.exec(TABLES);
  target.exec(`ATTACH '${file}' AS newer`);
  const tables = target.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all() as string[];
  target.transaction(() => {
    for (const table of tables) {
      const columns = (target.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name).join(', ');
      target.exec(`INSERT INTO main.${table} (${columns}) SELECT ${columns} FROM newer.${table}`);
    }
    const update = target.prepare('UPDATE main.uplinks SET checksum = ? WHERE id = ?');
    for (const row of target.prepare<[], Row>('SELECT * FROM main.uplinks').all()) update.run(checksumOf(row), row.id);
  })();
  target.exec('DETACH newer');
  target.close();
  for (const side of ['-wal', '-shm']) rmSync(file + side, { force: true });
  renameSync(older, file);
}

function checksumOf({ id, received_ms, observations, topic, payload }: Row): number {
  if (observations === '[]' && topic === '')
    throw new Error(`row ${id} reports something that version 3 knows nothing of`);
  return crc32(payload, crc32(`${id} ${received_ms} ${topic}\n${observations}`));
}
