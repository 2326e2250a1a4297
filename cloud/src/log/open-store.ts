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
  return store;
}

/** A connection that cannot write. Every statement is a read transaction of its own, so none holds back the WAL. */
export function openStoreForReading(file: string): Store {
  const store = new Database(file, { readonly: true, fileMustExist: true });
  store.pragma(`cache_size = -${READ_CACHE_KIB}`);
  return store;
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
