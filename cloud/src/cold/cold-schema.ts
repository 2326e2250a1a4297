/**
 * Months that have a file: `cold/{organisation}/{month}.parquet` beside the store. A file without a row here is not read.
 * `change` rises with each change of any row, so that a reader sees with one look whether what it knows still holds.
 * `dropping`: rows of the file may still be in `series`, where they count for nothing. With no
 * `rows` all of the month has expired, and its file goes.
 */
export const COLD_SCHEMA_SQL = `
CREATE TABLE cold_month (
  organisation TEXT NOT NULL,
  month TEXT NOT NULL,
  rows INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  change INTEGER NOT NULL UNIQUE,
  dropping INTEGER NOT NULL,
  PRIMARY KEY (organisation, month)
) WITHOUT ROWID;
`;
