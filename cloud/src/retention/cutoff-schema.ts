/**
 * How far the store's own retention has come, by stream. What was committed and is of before `cutoff_ms` has expired: it is in
 * no answer any more, leaves the store bit by bit, and is not taken in again. It never falls. `removed` counts log rows that
 * have left.
 */
export const CUTOFF_SCHEMA = `
CREATE TABLE stream_cutoff (
  stream INTEGER PRIMARY KEY,
  cutoff_ms INTEGER NOT NULL,
  removed INTEGER NOT NULL DEFAULT 0
);
`;
