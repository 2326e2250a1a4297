/**
 * What the observations of each hour and each UTC day of a datastream come to: made from the series behind the commits, and
 * made again when the file is not there.
 *
 * Of a stream, log rows 0 to `next_ordinal - 1` are accounted for, the last of them with stamp `last_stamp_ms`: each hour
 * that they touched is in `hourly` as the series had it afterwards, or in `dirty_hour`, to be computed again. An hour that
 * is in neither has no observations. `dirty_day` has the days of which an hour was computed since.
 *
 * `hourly` begins with the day: an hour that ends dirties the pages of one day and no more, and a year of one datastream
 * is 365 lookups.
 */
export const ROLLUP_VERSION = 1;

const SUMMARY_COLUMNS = `
  observations INTEGER NOT NULL,
  suppressed INTEGER NOT NULL,
  sum REAL NOT NULL,
  scale INTEGER NOT NULL,
  min REAL,
  max REAL,
  first REAL,
  last REAL,
  first_ms INTEGER NOT NULL,
  last_ms INTEGER NOT NULL,
  held REAL,
  integral REAL NOT NULL,
  weight_ms INTEGER NOT NULL,
  flags INTEGER NOT NULL`;

export const ROLLUP_SCHEMA = `
CREATE TABLE progress (
  stream INTEGER PRIMARY KEY,
  next_ordinal INTEGER NOT NULL,
  last_stamp_ms INTEGER NOT NULL
);
CREATE TABLE hourly (
  day INTEGER NOT NULL,
  datastream INTEGER NOT NULL,
  hour INTEGER NOT NULL,
  ${SUMMARY_COLUMNS},
  PRIMARY KEY (day, datastream, hour)
) WITHOUT ROWID;
CREATE TABLE daily (
  day INTEGER NOT NULL,
  datastream INTEGER NOT NULL,
  ${SUMMARY_COLUMNS},
  PRIMARY KEY (day, datastream)
) WITHOUT ROWID;
CREATE TABLE dirty_hour (
  hour INTEGER NOT NULL,
  datastream INTEGER NOT NULL,
  PRIMARY KEY (hour, datastream)
) WITHOUT ROWID;
CREATE INDEX dirty_hour_of ON dirty_hour (datastream, hour);
CREATE TABLE dirty_day (
  day INTEGER NOT NULL,
  datastream INTEGER NOT NULL,
  PRIMARY KEY (day, datastream)
) WITHOUT ROWID;
CREATE INDEX dirty_day_of ON dirty_day (datastream, day);
`;

export const HOURS_PER_DAY = 24;
