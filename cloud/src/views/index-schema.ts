/**
 * Where the members of keyed views stand: made from the log, in its order, and made again when the file is not there.
 *
 * `block` holds what happened in the order of the log: for each member of the stream the bucket it went to and how many
 * ordinals back the bucket's member before it stands, {@link BLOCK_ENTRIES} members a row. So what a commit adds lies
 * together on disk, whatever the number of buckets; a row of its own for each member in the order (bucket, k) would dirty
 * a page for each bucket of each commit. `page` says where each page of a bucket begins, so that the members of a page are
 * found by walking back from where the next begins. `branch` has the children of each node above the buckets.
 *
 * Of a view, members 0 to `next_ordinal - 1` are in, the last of them with stamp `last_stamp_ms`. What is committed later
 * has a stamp of `settled_ms` (a beginning of a UTC day) or later. It is served once `next_ordinal` reaches `fill_until`.
 */
export const INDEX_VERSION = 1;

export const INDEX_SCHEMA = `
CREATE TABLE view (
  id INTEGER PRIMARY KEY,
  stream INTEGER NOT NULL,
  name TEXT NOT NULL,
  next_ordinal INTEGER NOT NULL,
  last_stamp_ms INTEGER NOT NULL,
  settled_ms INTEGER NOT NULL,
  fill_until INTEGER NOT NULL,
  UNIQUE (stream, name)
);
CREATE TABLE bucket (
  id INTEGER PRIMARY KEY,
  view INTEGER NOT NULL,
  path TEXT NOT NULL,
  member_count INTEGER NOT NULL,
  last_ordinal INTEGER NOT NULL,
  UNIQUE (view, path)
);
CREATE TABLE branch (
  view INTEGER NOT NULL,
  parent TEXT NOT NULL,
  segment TEXT NOT NULL,
  PRIMARY KEY (view, parent, segment)
) WITHOUT ROWID;
CREATE TABLE page (
  bucket INTEGER NOT NULL,
  number INTEGER NOT NULL,
  first_ordinal INTEGER NOT NULL,
  PRIMARY KEY (bucket, number)
) WITHOUT ROWID;
CREATE TABLE block (
  view INTEGER NOT NULL,
  number INTEGER NOT NULL,
  entries BLOB NOT NULL,
  PRIMARY KEY (view, number)
);
`;
