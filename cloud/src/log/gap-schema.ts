/**
 * What is missing, counted by what it is missing from and by reason. `subject` is the key of a datastream, or
 * `poort/{edge}` where the datastream is not known. `observations` is everything since the start; `pending` is the part
 * that no member of the `sensors` stream has said yet, published at the earliest a minute after `reported_ms`.
 */
export const GAP_SCHEMA = `
CREATE TABLE gap (
  organisation TEXT NOT NULL,
  subject TEXT NOT NULL,
  reason TEXT NOT NULL,
  observations INTEGER NOT NULL,
  first_ms INTEGER NOT NULL,
  last_ms INTEGER NOT NULL,
  pending INTEGER NOT NULL,
  pending_first_ms INTEGER NOT NULL,
  pending_last_ms INTEGER NOT NULL,
  reported_ms INTEGER NOT NULL,
  PRIMARY KEY (organisation, subject, reason)
) WITHOUT ROWID;
CREATE INDEX gap_pending ON gap (reported_ms) WHERE pending > 0;
`;
