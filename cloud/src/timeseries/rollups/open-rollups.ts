import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { Store } from '../../log/open-store.ts';
import { createStampFinder } from '../../log/stamps.ts';
import { createStoreStateReader } from '../../views/stream-state.ts';
import { ROLLUP_SCHEMA, ROLLUP_VERSION } from './rollup-schema.ts';

export type Rollups = Database.Database;

const WRITE_CACHE_KIB = 65_536;
const READ_CACHE_KIB = 8_192;

/**
 * Opens the rollups for the one thread that makes them; a file that is damaged, of another version or of another store is
 * thrown away, since the store has all of it. What a power cut takes of its end (`synchronous=NORMAL`) is made again.
 */
export function openRollupsForWriting(file: string, store: Store): Rollups {
  try {
    const rollups = open(file);
    if (areOfStore(rollups, store)) return rollups;
    rollups.close();
  } catch (error) {
    if (!areUnusable(error)) throw error;
  }
  removeRollups(file);
  return open(file);
}

export function removeRollups(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
}

/** A connection that cannot write, to a file that {@link openRollupsForWriting} has opened before. */
export function openRollupsForReading(file: string): Rollups {
  const rollups = new Database(file, { readonly: true, fileMustExist: true });
  rollups.pragma(`cache_size = -${READ_CACHE_KIB}`);
  return rollups;
}

/** Whether the file is no database, damaged, or one that this program does not read. */
export function areUnusable(error: unknown): boolean {
  const code = String((error as { code?: unknown } | undefined)?.code);
  return error instanceof OtherVersion || code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT');
}

class OtherVersion extends Error {}

function open(file: string): Rollups {
  const rollups = new Database(file);
  try {
    rollups.pragma('journal_mode = WAL');
    rollups.pragma('synchronous = NORMAL');
    rollups.pragma(`cache_size = -${WRITE_CACHE_KIB}`);
    prepareSchema(rollups);
    return rollups;
  } catch (error) {
    rollups.close();
    throw error;
  }
}

function prepareSchema(rollups: Rollups): void {
  const version = rollups.pragma('user_version', { simple: true });
  if (version === ROLLUP_VERSION) return;
  if (version !== 0) throw new OtherVersion(`rollup version ${String(version)}`);
  rollups.transaction(() => {
    rollups.exec(ROLLUP_SCHEMA);
    rollups.pragma(`user_version = ${ROLLUP_VERSION}`);
  })();
}

/** An older copy of the store put back has other stamps at the places that were reached. */
function areOfStore(rollups: Rollups, store: Store): boolean {
  const { streams } = createStoreStateReader(store)();
  const stampOf = createStampFinder(store);
  const reached = rollups
    .prepare<[], { stream: number; nextOrdinal: number; lastStampMs: number }>(
      'SELECT stream, next_ordinal AS nextOrdinal, last_stamp_ms AS lastStampMs FROM progress',
    )
    .all();
  return reached.every(({ stream, nextOrdinal, lastStampMs }) => {
    const state = streams.get(stream);
    if (state === undefined || nextOrdinal > state.memberCount) return false;
    const stampMs = nextOrdinal === 0 ? undefined : stampOf(state.table, stream, nextOrdinal - 1);
    return stampMs === undefined || stampMs === lastStampMs;
  });
}
