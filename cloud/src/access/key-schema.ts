export const KEY_STORE_VERSION = 1;

/** `grants` is JSON: the names that each right holds for. */
export const KEY_SCHEMA = `
CREATE TABLE reader_key (
  id TEXT PRIMARY KEY,
  digest BLOB NOT NULL,
  name TEXT NOT NULL,
  grants TEXT NOT NULL,
  requests_per_minute INTEGER,
  created_ms INTEGER NOT NULL,
  expires_ms INTEGER,
  revoked_ms INTEGER
) STRICT, WITHOUT ROWID;
`;
