export const GATEWAY_STORE_VERSION = 1;

export const GATEWAY_SCHEMA = `
CREATE TABLE gateway (
  edge TEXT PRIMARY KEY,
  organisation TEXT NOT NULL,
  revoked_ms INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE invitation (
  id TEXT NOT NULL UNIQUE,
  edge TEXT NOT NULL REFERENCES gateway (edge),
  expires_ms INTEGER NOT NULL,
  claimed_by TEXT,
  withdrawn_ms INTEGER
) STRICT;
CREATE INDEX invitation_of_edge ON invitation (edge);

CREATE TABLE certificate (
  serial TEXT PRIMARY KEY,
  edge TEXT NOT NULL REFERENCES gateway (edge),
  key_fingerprint TEXT NOT NULL,
  not_before_ms INTEGER NOT NULL,
  not_after_ms INTEGER NOT NULL,
  invitation TEXT,
  replaces TEXT,
  revoked_ms INTEGER,
  pem TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX certificate_of_edge ON certificate (edge, not_after_ms);
CREATE UNIQUE INDEX certificate_of_invitation ON certificate (invitation) WHERE invitation IS NOT NULL;
CREATE INDEX certificate_replacing ON certificate (replaces) WHERE replaces IS NOT NULL;
`;
