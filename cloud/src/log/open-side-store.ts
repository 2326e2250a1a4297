import Database from 'better-sqlite3';

/** What a side store holds from its first opening on. */
export interface SideSchema {
  readonly sql: string;
  readonly version: number;
}

const FULL = 2;
const BUSY_TIMEOUT_MS = 2_000;

/**
 * Opens a file beside the log that the command line may write to while the cloud runs; what a transaction changes has reached
 * the disk when it ends. Throws when the file cannot be used or is of a later program.
 */
export function openSideStore(file: string, { sql, version }: SideSchema): Database.Database {
  const database = new Database(file, { timeout: BUSY_TIMEOUT_MS });
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  if (database.pragma('synchronous', { simple: true }) !== FULL) throw new Error(`${file}: no durable writes here`);
  const prepare = database.transaction(() => {
    const stored = database.pragma('user_version', { simple: true });
    if (stored === version) return;
    if (stored !== 0) throw new Error(`${file}: version ${stored}, this program reads ${version}`);
    database.exec(sql);
    database.pragma(`user_version = ${version}`);
  });
  prepare.immediate();
  return database;
}
