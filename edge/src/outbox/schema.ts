import type Database from 'better-sqlite3';

export const SCHEMA_VERSION = 1;

/**
 * One row an uplink, appended in order: a random index would dirty a page for every row. `id` plus the offset in `state`
 * is the sequence on the link, so that a new epoch renumbers everything by one small write.
 */
const TABLES = `
CREATE TABLE IF NOT EXISTS state (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  epoch TEXT NOT NULL,
  sequence_offset INTEGER NOT NULL,
  next_id INTEGER NOT NULL,
  acknowledged TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS uplinks (
  id INTEGER PRIMARY KEY,
  received_ms INTEGER NOT NULL,
  observations TEXT NOT NULL,
  topic TEXT NOT NULL,
  payload BLOB NOT NULL,
  checksum INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS descriptions (
  id INTEGER PRIMARY KEY,
  datastream TEXT NOT NULL,
  version INTEGER NOT NULL,
  valid_from_ms INTEGER NOT NULL,
  content TEXT NOT NULL,
  UNIQUE (datastream, version)
) STRICT;
CREATE TABLE IF NOT EXISTS quarantine (
  id INTEGER PRIMARY KEY,
  received_ms INTEGER NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  topic TEXT NOT NULL,
  payload BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS seen_chunks (id INTEGER PRIMARY KEY, fingerprints BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS seen_tail (id INTEGER PRIMARY KEY, fingerprints BLOB NOT NULL) STRICT;
`;

/** Makes the tables of a new file; throws when another version of the program wrote the file. */
export function prepareSchema(connection: Database.Database, epoch: string): void {
  const version = connection.pragma('user_version', { simple: true }) as number;
  if (version === SCHEMA_VERSION) return;
  if (version !== 0) {
    throw new Error(
      `the outbox has schema version ${version}; this program knows ${SCHEMA_VERSION}: use the one that wrote it`,
    );
  }
  connection
    .transaction(() => {
      connection.exec(TABLES);
      connection.prepare("INSERT OR IGNORE INTO state VALUES (1, ?, 0, 1, '[]')").run(epoch);
      connection.pragma(`user_version = ${SCHEMA_VERSION}`);
    })
    .immediate();
}
