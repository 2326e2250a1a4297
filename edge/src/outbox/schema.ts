import type Database from 'better-sqlite3';

/**
 * One row an uplink, appended in order: a random index would dirty a page for every row. `id` plus the offset in `state`
 * is the sequence on the link, so that a new epoch renumbers everything by one small write.
 */
const FIRST_TABLES = `
CREATE TABLE state (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  epoch TEXT NOT NULL,
  sequence_offset INTEGER NOT NULL,
  next_id INTEGER NOT NULL,
  acknowledged TEXT NOT NULL
) STRICT;
CREATE TABLE uplinks (
  id INTEGER PRIMARY KEY,
  received_ms INTEGER NOT NULL,
  observations TEXT NOT NULL,
  topic TEXT NOT NULL,
  payload BLOB NOT NULL,
  checksum INTEGER NOT NULL
) STRICT;
CREATE TABLE descriptions (
  id INTEGER PRIMARY KEY,
  datastream TEXT NOT NULL,
  version INTEGER NOT NULL,
  valid_from_ms INTEGER NOT NULL,
  content TEXT NOT NULL,
  UNIQUE (datastream, version)
) STRICT;
CREATE TABLE quarantine (
  id INTEGER PRIMARY KEY,
  received_ms INTEGER NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  topic TEXT NOT NULL,
  payload BLOB NOT NULL
) STRICT;
CREATE TABLE seen_chunks (id INTEGER PRIMARY KEY, fingerprints BLOB NOT NULL) STRICT;
CREATE TABLE seen_tail (id INTEGER PRIMARY KEY, fingerprints BLOB NOT NULL) STRICT;
`;

/**
 * Descriptions that hold from a configured moment, payload bytes with a time to go, sums of counts that wait for their
 * window to close, and levels that were derived again. What was in quarantine before has no reduced body: its
 * bytes have expired.
 */
const PRIVACY_AND_HISTORY = `
ALTER TABLE descriptions ADD COLUMN dated INTEGER NOT NULL DEFAULT 0;
ALTER TABLE quarantine ADD COLUMN payload_expires_ms INTEGER DEFAULT 0;
CREATE INDEX quarantine_expiry ON quarantine (payload_expires_ms) WHERE payload_expires_ms IS NOT NULL;
CREATE TABLE count_cells (
  datastream TEXT NOT NULL,
  begin_ms INTEGER NOT NULL,
  end_ms INTEGER NOT NULL,
  description INTEGER NOT NULL,
  below INTEGER NOT NULL,
  count_max INTEGER NOT NULL,
  closes_ms INTEGER NOT NULL,
  quality INTEGER NOT NULL,
  parts TEXT NOT NULL,
  published TEXT,
  PRIMARY KEY (datastream, begin_ms)
) STRICT, WITHOUT ROWID;
CREATE INDEX count_cells_open ON count_cells (closes_ms) WHERE published IS NULL;
CREATE INDEX count_cells_closed ON count_cells (end_ms) WHERE published IS NOT NULL;
CREATE TABLE level_histories (datastream TEXT PRIMARY KEY, dated TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE revised_levels (
  datastream TEXT NOT NULL,
  begin_ms INTEGER NOT NULL,
  value TEXT NOT NULL,
  revised_ms INTEGER NOT NULL,
  PRIMARY KEY (datastream, begin_ms)
) STRICT, WITHOUT ROWID;
CREATE INDEX revised_levels_age ON revised_levels (revised_ms);
`;

/** Readings of the counters that counts are taken from, durable with the uplinks that brought them. */
const COUNTERS = `
CREATE TABLE counters (datastream TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;

/**
 * What will never come, by datastream and reason: how much is not reported yet (with the first and last phenomenon time),
 * and how much there ever was. A row of `uplinks` with `gaps` is such a report. `thin_*`: how far thinning has come. `room` is empty but while
 * the program tries whether a full disk has room again.
 */
const GAPS = `
ALTER TABLE uplinks ADD COLUMN gaps TEXT;
ALTER TABLE state ADD COLUMN gaps_row_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE state ADD COLUMN gaps_reported_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE state ADD COLUMN thin_seconds INTEGER NOT NULL DEFAULT 0;
ALTER TABLE state ADD COLUMN thin_from_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE state ADD COLUMN thin_end_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE count_cells ADD COLUMN withheld INTEGER NOT NULL DEFAULT 0;
CREATE TABLE gaps (
  datastream TEXT NOT NULL,
  reason TEXT NOT NULL,
  description INTEGER,
  pending INTEGER NOT NULL,
  first_ms INTEGER NOT NULL,
  last_ms INTEGER NOT NULL,
  total INTEGER NOT NULL,
  PRIMARY KEY (datastream, reason)
) STRICT, WITHOUT ROWID;
CREATE TABLE room (filler BLOB NOT NULL) STRICT;
CREATE INDEX gaps_pending ON gaps (datastream, reason) WHERE pending > 0;
`;

/** Requests to send kept uplinks again: ranges of row ids that still have to go. */
const RESENDS = `
CREATE TABLE resends (
  id INTEGER PRIMARY KEY,
  requested_ms INTEGER NOT NULL,
  taken_ms INTEGER,
  pending TEXT NOT NULL
) STRICT;
`;

/** From which row on nothing has ever been offered to the cloud by whoever held this file, its copies aside. */
const OFFERED = `
ALTER TABLE state ADD COLUMN offered_next_id INTEGER NOT NULL DEFAULT 1;
UPDATE state SET offered_next_id = next_id;
`;

/**
 * Requests to run kept raw forms again, each with how far it is; of a quarantined value the row of its uplink; and devices
 * that send and are not configured.
 */
const REPLAY_AND_LEARNING = `
ALTER TABLE quarantine ADD COLUMN uplink_id INTEGER;
CREATE INDEX quarantine_uplinks ON quarantine (uplink_id) WHERE uplink_id IS NOT NULL;
CREATE TABLE replays (
  id INTEGER PRIMARY KEY,
  requested_ms INTEGER NOT NULL,
  selection TEXT NOT NULL,
  configuration TEXT NOT NULL,
  taken_ms INTEGER,
  done_ms INTEGER,
  progress TEXT NOT NULL
) STRICT;
CREATE TABLE unknown_devices (
  device TEXT PRIMARY KEY,
  format TEXT NOT NULL,
  uplinks INTEGER NOT NULL,
  first_ms INTEGER NOT NULL,
  last_ms INTEGER NOT NULL,
  port INTEGER,
  payload BLOB NOT NULL,
  payload_expires_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX unknown_devices_age ON unknown_devices (last_ms);
`;

/** The last frame counter of each LoRaWAN session, durable with what became of its frame. */
const SESSION_COUNTERS = `
CREATE TABLE session_counters (session TEXT PRIMARY KEY, frame_counter INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`;

/** Each takes a file from one version to the next; a change of the schema appends one and never edits another. */
const MIGRATIONS = [
  FIRST_TABLES,
  PRIVACY_AND_HISTORY,
  COUNTERS,
  GAPS,
  RESENDS,
  OFFERED,
  REPLAY_AND_LEARNING,
  SESSION_COUNTERS,
];

export const SCHEMA_VERSION = MIGRATIONS.length;

/** Brings a new or older file to the schema of this program; throws when a newer program wrote it. */
export function prepareSchema(connection: Database.Database, epoch: string): void {
  const version = connection.pragma('user_version', { simple: true }) as number;
  if (version === SCHEMA_VERSION) return;
  if (version > SCHEMA_VERSION) {
    throw new Error(
      `the outbox has schema version ${version}; this program knows ${SCHEMA_VERSION}: use the one that wrote it`,
    );
  }
  connection
    .transaction(() => {
      for (const migration of MIGRATIONS.slice(version)) connection.exec(migration);
      if (version === 0)
        connection
          .prepare("INSERT INTO state (only, epoch, sequence_offset, next_id, acknowledged) VALUES (1, ?, 0, 1, '[]')")
          .run(epoch);
      connection.pragma(`user_version = ${SCHEMA_VERSION}`);
    })
    .immediate();
}
