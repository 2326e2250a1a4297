/**
 * What is served. `definition` and `public_base_url` decide bytes and never change; `retention` is what the configuration
 * said last; `dropped` counts what retention has taken for good: nodes of the first level of `by-page`'s index, and for
 * other views the instant before which all months are gone.
 */
export const VIEW_SCHEMA = `
CREATE TABLE view (
  stream INTEGER NOT NULL,
  name TEXT NOT NULL,
  definition TEXT NOT NULL,
  public_base_url TEXT NOT NULL,
  retention TEXT,
  dropped INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (stream, name)
) WITHOUT ROWID;
`;

/**
 * The streams of all organisations: which member of which stream each of theirs is. `all_source` says how far a stream
 * has been read while it is not `live`, which is while it is filled and while it is not configured.
 */
export const ALL_STREAM_SCHEMA = `
CREATE TABLE all_log (
  stream INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  stamp_ms INTEGER NOT NULL,
  source_stream INTEGER NOT NULL,
  source_ordinal INTEGER NOT NULL,
  PRIMARY KEY (stream, ordinal)
) WITHOUT ROWID;
CREATE TABLE all_source (
  stream INTEGER NOT NULL,
  source_stream INTEGER NOT NULL,
  next_ordinal INTEGER NOT NULL,
  PRIMARY KEY (stream, source_stream)
) WITHOUT ROWID;
`;

/** 2 → 3. The newest version of a datastream is found in the log by one pass over it. */
export const SERVE_VIEWS = `
ALTER TABLE stream ADD COLUMN closed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stream ADD COLUMN live INTEGER NOT NULL DEFAULT 1;
ALTER TABLE view RENAME TO view_by_page;
${VIEW_SCHEMA}
INSERT INTO view (stream, name, definition, public_base_url)
SELECT stream, name, json_object('fanOut', fan_out, 'kind', 'by-page', 'name', name, 'pageSize', page_size), public_base_url
FROM view_by_page;
DROP TABLE view_by_page;
${ALL_STREAM_SCHEMA}
ALTER TABLE latest ADD COLUMN ordinal INTEGER;
UPDATE latest SET ordinal = log.ordinal FROM log
WHERE log.datastream = latest.datastream AND log.begin_ms = latest.begin_ms AND log.revision = latest.revision;
`;
