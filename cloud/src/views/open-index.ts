import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { INDEX_SCHEMA, INDEX_VERSION } from './index-schema.ts';

export type ViewIndex = Database.Database;

const WRITE_CACHE_KIB = 32_768;
const READ_CACHE_KIB = 8_192;
const INCREMENTAL = 2;

/**
 * Opens the index for the one thread that fills it; a file that is damaged or of another version is thrown away, since the
 * log has all of it. What a power cut takes of its end (`synchronous=NORMAL`) is filled again to the same numbers.
 */
export function openIndexForWriting(file: string): ViewIndex {
  try {
    return open(file);
  } catch (error) {
    if (!isUnusable(error)) throw error;
    removeIndex(file);
    return open(file);
  }
}

export function removeIndex(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
}

/** A connection that cannot write, to a file that {@link openIndexForWriting} has opened before. */
export function openIndexForReading(file: string): ViewIndex {
  const index = new Database(file, { readonly: true, fileMustExist: true });
  index.pragma(`cache_size = -${READ_CACHE_KIB}`);
  return index;
}

/** Whether the file is no database, damaged, or one that this program does not read. */
export function isUnusable(error: unknown): boolean {
  const code = String((error as { code?: unknown } | undefined)?.code);
  return error instanceof OtherVersion || code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT');
}

class OtherVersion extends Error {}

function open(file: string): ViewIndex {
  const index = new Database(file);
  try {
    if (index.pragma('user_version', { simple: true }) === 0) index.pragma(`auto_vacuum = ${INCREMENTAL}`);
    index.pragma('journal_mode = WAL');
    index.pragma('synchronous = NORMAL');
    index.pragma(`cache_size = -${WRITE_CACHE_KIB}`);
    prepareSchema(index);
    return index;
  } catch (error) {
    index.close();
    throw error;
  }
}

function prepareSchema(index: ViewIndex): void {
  const version = index.pragma('user_version', { simple: true });
  if (version === INDEX_VERSION) return;
  if (version !== 0) throw new OtherVersion(`index version ${String(version)}`);
  index.transaction(() => {
    index.exec(INDEX_SCHEMA);
    index.pragma(`user_version = ${INDEX_VERSION}`);
  })();
}
