/**
 * What other systems published into streams of their own. `outside_log` is the log of those streams: `body` is the canonical
 * N-Triples of a member. `outside_member` says what is known by its IRI, and stays when the store's retention takes the
 * member, so that what is sent again is not published anew. The predicates of a stream are in its pages and never change.
 */
export const OUTSIDE_SCHEMA = `
CREATE TABLE outside_stream (
  stream INTEGER PRIMARY KEY,
  stamp_predicate TEXT NOT NULL,
  version_of_predicate TEXT NOT NULL,
  timestamp_predicate TEXT
);
CREATE TABLE outside_log (
  stream INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  stamp_ms INTEGER NOT NULL,
  iri TEXT NOT NULL,
  body BLOB NOT NULL,
  UNIQUE (stream, ordinal)
);
CREATE TABLE outside_member (
  stream INTEGER NOT NULL,
  iri TEXT NOT NULL,
  digest BLOB NOT NULL,
  PRIMARY KEY (stream, iri)
) WITHOUT ROWID;
CREATE TABLE outside_cursor (
  name TEXT PRIMARY KEY,
  state TEXT NOT NULL
) WITHOUT ROWID;
`;
