import { join } from 'node:path';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import Database from 'better-sqlite3';

/** A data folder that this program alone writes to. */
export interface HeldStore {
  release(): void;
}

/** The holds of this program: one that nothing refers to would end when its memory is cleared away. */
const holds = new Set<Database.Database>();

/**
 * Takes a data folder for this program, so that no second one writes to its store. The hold is a lock of the system, which
 * ends with the program however it ends; nothing is left to clear away.
 */
export function holdStore(dataDir: string): Result<HeldStore, Fault<'store-in-use'>> {
  const lock = new Database(join(dataDir, 'in-use.lock'), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if ((error as { code?: unknown }).code !== 'SQLITE_BUSY') throw error;
    return fail('store-in-use', `--data-dir: the store in ${dataDir} is in use by another program`);
  }
  holds.add(lock);
  return ok({
    release() {
      holds.delete(lock);
      lock.close();
    },
  });
}
