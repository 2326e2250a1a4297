/** Of the file with what is remembered of followed feeds. It can be deleted: then the feeds are read again from the start. */
export const FOLLOW_VERSION = 1;

export const FOLLOW_SCHEMA = `
  CREATE TABLE feed (
    id INTEGER PRIMARY KEY,
    -- Which feed goes into which stream.
    name TEXT NOT NULL UNIQUE,
    -- Of this memory: the store names it with what it commits, so that a store older than the memory is found out.
    lineage TEXT NOT NULL,
    -- Commits of members so far that are behind what is remembered here.
    commits INTEGER NOT NULL DEFAULT 0
  );
  -- Pages that are read and never change again, by a part of the SHA-256 of their address.
  CREATE TABLE read_page (
    feed INTEGER NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (feed, hash)
  ) WITHOUT ROWID;
  -- Pages that wait to be read for the first time (open = 0), or that may still change (open = 1).
  CREATE TABLE page (
    id INTEGER PRIMARY KEY,
    feed INTEGER NOT NULL,
    hash BLOB NOT NULL,
    url TEXT NOT NULL,
    open INTEGER NOT NULL DEFAULT 0,
    etag TEXT,
    -- Attempts in a row that failed.
    attempts INTEGER NOT NULL DEFAULT 0,
    due_ms INTEGER NOT NULL DEFAULT 0,
    changed_ms INTEGER NOT NULL DEFAULT 0,
    -- Of its contents, for servers without ETags.
    digest BLOB,
    UNIQUE (feed, hash)
  );
  CREATE INDEX page_due ON page (feed, open, due_ms, id);
  CREATE INDEX page_failing ON page (feed, attempts) WHERE attempts > 0;
`;
