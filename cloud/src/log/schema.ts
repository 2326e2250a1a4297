import { COLD_SCHEMA_SQL } from '../cold/cold-schema.ts';
import { OUTSIDE_SCHEMA } from '../outside/outside-schema.ts';
import { CUTOFF_SCHEMA } from '../retention/cutoff-schema.ts';
import { ALL_BAR_SCHEMA } from './all-bars.ts';
import { GAP_SCHEMA } from './gap-schema.ts';
import { ALL_STREAM_SCHEMA, VIEW_SCHEMA } from './view-schema.ts';

/**
 * The store of one cloud. `log`, `entity_log` and `outside_log` are what was published: rows are added, and leave only by the store's
 * retention; all else can be made again from them or belongs to the link. Times are epoch milliseconds. A value is `mantissa × 10^-scale`; a suppressed count has
 * neither and lies from 0 to `below` − 1, so that no sum or mean can take it for a number. `inputs` is JSON:
 * `[["datastream key", begin_ms], …]`, NULL for what was measured.
 *
 * `series` starts with the quarter of an hour: the observations of one tick then share pages, whatever the size of the
 * table, where (datastream, time) would dirty a page for every row. A wider bucket does the same to data by the minute:
 * with hours, 10,000 datastreams a minute fell from 82,000 to 43,000 rows/s within the hour; with quarters they stay at
 * 100,000.
 */
export const STORE_VERSION = 6;

/** All versions of one entity, for whoever dereferences its IRI. */
export const ENTITY_VERSIONS_INDEX = `
CREATE INDEX entity_log_path ON entity_log (stream, path, version);
`;

export const STORE_SCHEMA = `
CREATE TABLE stream (
  id INTEGER PRIMARY KEY,
  organisation TEXT NOT NULL,
  name TEXT NOT NULL,
  next_ordinal INTEGER NOT NULL DEFAULT 0,
  last_stamp_ms INTEGER NOT NULL DEFAULT 0,
  closed INTEGER NOT NULL DEFAULT 0,
  live INTEGER NOT NULL DEFAULT 1,
  UNIQUE (organisation, name)
);
CREATE TABLE datastream (
  id INTEGER PRIMARY KEY,
  organisation TEXT NOT NULL,
  key TEXT NOT NULL,
  edge TEXT NOT NULL,
  stream INTEGER NOT NULL,
  description INTEGER,
  UNIQUE (organisation, key)
);
CREATE TABLE description (
  id INTEGER PRIMARY KEY,
  datastream INTEGER NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX description_of ON description (datastream);
CREATE TABLE edge_description (
  datastream INTEGER NOT NULL,
  epoch TEXT NOT NULL,
  version INTEGER NOT NULL,
  description INTEGER NOT NULL,
  PRIMARY KEY (datastream, epoch, version)
) WITHOUT ROWID;
CREATE TABLE log (
  stream INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  stamp_ms INTEGER NOT NULL,
  datastream INTEGER NOT NULL,
  description INTEGER NOT NULL,
  begin_ms INTEGER NOT NULL,
  end_ms INTEGER,
  result_ms INTEGER NOT NULL,
  received_ms INTEGER NOT NULL,
  mantissa INTEGER,
  scale INTEGER,
  quality INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  render_version INTEGER NOT NULL,
  below INTEGER,
  inputs TEXT,
  PRIMARY KEY (stream, ordinal)
) WITHOUT ROWID;
CREATE TABLE series (
  quarter INTEGER NOT NULL,
  datastream INTEGER NOT NULL,
  begin_ms INTEGER NOT NULL,
  end_ms INTEGER,
  result_ms INTEGER NOT NULL,
  mantissa INTEGER,
  scale INTEGER,
  quality INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  confirmed_revision INTEGER NOT NULL,
  stamp_ms INTEGER NOT NULL,
  below INTEGER,
  PRIMARY KEY (quarter, datastream, begin_ms)
) WITHOUT ROWID;
CREATE TABLE earlier_version (
  datastream INTEGER NOT NULL,
  begin_ms INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  mantissa INTEGER,
  scale INTEGER,
  below INTEGER,
  PRIMARY KEY (datastream, begin_ms, revision)
) WITHOUT ROWID;
CREATE TABLE latest (
  datastream INTEGER PRIMARY KEY,
  begin_ms INTEGER NOT NULL,
  end_ms INTEGER,
  result_ms INTEGER NOT NULL,
  mantissa INTEGER,
  scale INTEGER,
  quality INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  stamp_ms INTEGER NOT NULL,
  below INTEGER,
  ordinal INTEGER
);
CREATE TABLE entity (
  organisation TEXT NOT NULL,
  path TEXT NOT NULL,
  version INTEGER NOT NULL,
  body TEXT NOT NULL,
  valid_from_ms INTEGER,
  said_by TEXT,
  PRIMARY KEY (organisation, path)
) WITHOUT ROWID;
CREATE TABLE entity_log (
  stream INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  stamp_ms INTEGER NOT NULL,
  path TEXT NOT NULL,
  version INTEGER NOT NULL,
  body TEXT NOT NULL,
  render_version INTEGER NOT NULL,
  PRIMARY KEY (stream, ordinal)
) WITHOUT ROWID;
CREATE TABLE edge_progress (
  edge TEXT PRIMARY KEY,
  epoch TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  highest_sequence INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE quarantine (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  identity TEXT NOT NULL UNIQUE,
  stamp_ms INTEGER NOT NULL,
  edge TEXT NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  raw BLOB NOT NULL
);
${ENTITY_VERSIONS_INDEX}${VIEW_SCHEMA}${ALL_STREAM_SCHEMA}${GAP_SCHEMA}${COLD_SCHEMA_SQL}${CUTOFF_SCHEMA}${OUTSIDE_SCHEMA}${ALL_BAR_SCHEMA}`;

export const QUARTER_MS = 900_000;

/** Quarter of an hour of an instant: the first part of the key of `series`. */
export function quarterOf(ms: number): number {
  return Math.floor(ms / QUARTER_MS);
}
