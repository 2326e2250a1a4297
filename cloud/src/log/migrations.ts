import type Database from 'better-sqlite3';
import { COLD_SCHEMA_SQL } from '../cold/cold-schema.ts';
import { OUTSIDE_SCHEMA } from '../outside/outside-schema.ts';
import { CUTOFF_SCHEMA } from '../retention/cutoff-schema.ts';
import { ALL_BAR_SCHEMA } from './all-bars.ts';
import { GAP_SCHEMA } from './gap-schema.ts';
import { ENTITY_VERSIONS_INDEX } from './schema.ts';
import { SERVE_VIEWS } from './view-schema.ts';

/** Brings a store from one version to the next, in one transaction: all of it or nothing. */
export interface Migration {
  readonly from: number;
  apply(store: Database.Database): void;
}

/** In order; a published migration never changes. */
export const MIGRATIONS: readonly Migration[] = [
  { from: 1, apply: allowSuppressedCounts },
  { from: 2, apply: countGapsAndServeViews },
  { from: 3, apply: keepColdMonths },
  { from: 4, apply: retainInStore },
  { from: 5, apply: takeFromOutside },
];

/**
 * 1 → 2: a value may be missing (a suppressed count), a row may have inputs, and the series is kept by the quarter of an
 * hour. Rows of the other tables are not touched, so that only the size of the series takes time: columns are added, and
 * dropping NOT NULL changes no more than the text of the schema, which SQLite documents as the way for changes that leave
 * the content as it is (https://sqlite.org/lang_altertable.html section 7).
 */
function allowSuppressedCounts(store: Database.Database): void {
  store.unsafeMode(true);
  try {
    store.transaction(() => {
      dropNotNull(store);
      store.exec(`
        ALTER TABLE log ADD COLUMN below INTEGER;
        ALTER TABLE log ADD COLUMN inputs TEXT;
        ALTER TABLE earlier_version ADD COLUMN below INTEGER;
        ALTER TABLE latest ADD COLUMN below INTEGER;
        ALTER TABLE entity ADD COLUMN valid_from_ms INTEGER;
        ALTER TABLE entity ADD COLUMN said_by TEXT;
        ${SERIES_BY_QUARTER}`);
      store.pragma('user_version = 2');
    })();
  } finally {
    store.unsafeMode(false);
  }
}

/**
 * 2 → 3: what is missing is counted (gaps before it are unknown, so the table starts empty); views by configuration;
 * entities are found by their path.
 */
function countGapsAndServeViews(store: Database.Database): void {
  store.transaction(() => {
    store.exec(GAP_SCHEMA + SERVE_VIEWS + ENTITY_VERSIONS_INDEX);
    store.pragma('user_version = 3');
  })();
}

/** 3 → 4: months may have a file. */
function keepColdMonths(store: Database.Database): void {
  store.transaction(() => {
    store.exec(COLD_SCHEMA_SQL);
    store.pragma('user_version = 4');
  })();
}

/** 4 → 5: what is old may leave. */
function retainInStore(store: Database.Database): void {
  store.transaction(() => {
    store.exec(CUTOFF_SCHEMA);
    store.pragma('user_version = 5');
  })();
}

/** 5 → 6: streams may come from outside; what is private once stays out of the streams of all organisations. */
function takeFromOutside(store: Database.Database): void {
  store.transaction(() => {
    store.exec(OUTSIDE_SCHEMA + ALL_BAR_SCHEMA);
    store.pragma('user_version = 6');
  })();
}

function dropNotNull(store: Database.Database): void {
  const schemaVersion = Number(store.pragma('schema_version', { simple: true }));
  store.pragma('writable_schema = ON');
  store.exec(`
    UPDATE sqlite_schema SET sql = replace(replace(sql,
      'mantissa INTEGER NOT NULL', 'mantissa INTEGER'), 'scale INTEGER NOT NULL', 'scale INTEGER')
    WHERE type = 'table' AND name IN ('log', 'earlier_version', 'latest')`);
  store.pragma(`schema_version = ${schemaVersion + 1}`);
  store.pragma('writable_schema = RESET');
}

const SERIES_BY_QUARTER = `
  ALTER TABLE series RENAME TO series_by_hour;
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
  INSERT INTO series SELECT begin_ms / 900000, datastream, begin_ms, end_ms, result_ms, mantissa, scale, quality, revision,
    confirmed_revision, stamp_ms, NULL FROM series_by_hour ORDER BY begin_ms / 900000, datastream, begin_ms;
  DROP TABLE series_by_hour;`;
