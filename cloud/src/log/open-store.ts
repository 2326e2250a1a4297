import { closeSync, fsyncSync, openSync } from 'node:fs';
import Database from 'better-sqlite3';
import { MIGRATIONS } from './migrations.ts';
import { STORE_SCHEMA, STORE_VERSION } from './schema.ts';

export type Store = Database.Database;

const WRITE_CACHE_KIB = 131_072;
const READ_CACHE_KIB = 16_384;
const WAL_CHECKPOINT_PAGES = 8_192;
const FULL = 2;

/**
 * The one connection that writes. A commit has reached the disk when it returns: `synchronous=FULL` is set and read
 * back, since acknowledgements rest on it. Throws when the file cannot be used.
 */
export function openStoreForWriting(file: string): Store {
  const store = new Database(file);
  store.pragma('journal_mode = WAL');
  store.pragma('synchronous = FULL');
  if (
    store.pragma('journal_mode', { simple: true }) !== 'wal' ||
    store.pragma('synchronous', { simple: true }) !== FULL
  ) {
    throw new Error(`${file}: the disk does not support a durable write-ahead log`);
  }
  store.pragma(`cache_size = -${WRITE_CACHE_KIB}`);
  store.pragma(`wal_autocheckpoint = ${WAL_CHECKPOINT_PAGES}`);
  prepareSchema(store, file);
  rewriteLog(store, file);
  return store;
}

/** A connection that cannot write. Every statement is a read transaction of its own, so none holds back the WAL. */
export function openStoreForReading(file: string): Store {
  const store = new Database(file, { readonly: true, fileMustExist: true });
  store.pragma(`cache_size = -${READ_CACHE_KIB}`);
  return store;
}

/**
 * Brings what the write-ahead log holds into the file and waits for the disk, before anything is acknowledged. After an
 * fsync that failed Linux marks the pages clean all the same: they are read back from memory as if they were on disk, and
 * no later fsync writes them. Copied into the file they are dirty again, so that this one does.
 */
function rewriteLog(store: Store, file: string): void {
  const [outcome] = store.pragma('wal_checkpoint(TRUNCATE)') as { busy: number; log: number; checkpointed: number }[];
  // A reader beside us may keep the log from being cut, but not from being copied.
  if (outcome === undefined || outcome.checkpointed < outcome.log) {
    throw new Error(`${file}: another program holds the write-ahead log: end it first`);
  }
  // SQLite does not wait for the cut. Pages that a failed fsync left in memory alone are a hole in the log: if it came back
  // after a power cut, what stands before the hole would be played over newer pages of the file.
  syncFile(`${file}-wal`);
}

function syncFile(file: string): void {
  const descriptor = openSync(file, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Makes the tables of a new file, or brings those of an older program to this version, step by step. */
function prepareSchema(store: Store, file: string): void {
  const version = store.pragma('user_version', { simple: true });
  if (version === 0) {
    store.transaction(() => {
      store.exec(STORE_SCHEMA);
      store.pragma(`user_version = ${STORE_VERSION}`);
    })();
    return;
  }
  if (typeof version !== 'number' || version > STORE_VERSION) {
    throw new Error(`${file}: store version ${version}, this program reads version ${STORE_VERSION}`);
  }
  for (const { from, apply } of MIGRATIONS) {
    if (store.pragma('user_version', { simple: true }) === from) apply(store);
  }
}
