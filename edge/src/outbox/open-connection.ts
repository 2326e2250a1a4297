import Database from 'better-sqlite3';

const SYNCHRONOUS_FULL = 2;
/** Rows of about 1.4 kB: five to a page, where the default of 4 KiB holds two and wastes a third. */
const PAGE_BYTES = 8_192;
/** Rows are appended and read in order, so a larger cache only takes memory: 8 MiB gave the same rate. */
const CACHE_KIBIBYTES = 2_048;
/** Pages in the write-ahead log before they go to the file: 16 MiB, so that a flood does not checkpoint at every turn. */
const CHECKPOINT_PAGES = 2_048;

/**
 * Opens the outbox file for writing. A commit returns after a real fsync: WAL with `synchronous=FULL`, set on this
 * connection and read back, because the library's default is NORMAL, which loses the last commits in a power cut.
 */
export function openConnection(file: string): Database.Database {
  const connection = new Database(file, { timeout: 5_000 });
  try {
    connection.pragma(`page_size = ${PAGE_BYTES}`);
    // Of effect in a new file only: free pages can be given back to the disk in small steps.
    connection.pragma('auto_vacuum = INCREMENTAL');
    const journal = connection.pragma('journal_mode = WAL', { simple: true });
    connection.pragma('synchronous = FULL');
    const synchronous = connection.pragma('synchronous', { simple: true });
    if (journal !== 'wal' || synchronous !== SYNCHRONOUS_FULL) {
      throw new Error(`the outbox needs WAL and synchronous=FULL; SQLite answered ${journal} and ${synchronous}`);
    }
    // What is deleted is overwritten with zeros: free pages hold nothing that had to go.
    connection.pragma('secure_delete = ON');
    connection.pragma(`cache_size = -${CACHE_KIBIBYTES}`);
    connection.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}
