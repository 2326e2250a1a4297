import type { EpochMs } from '@meetbrug/protocols/observation';
import type Database from 'better-sqlite3';
import { truncateLog } from './settle-log.ts';

/** What was deleted for good is gone from the write-ahead log within this. */
const ERASE_WITHIN_MS = 60_000;

/**
 * What was deleted out of the quarantine still stands in the write-ahead log: it is copied into the file and cut to
 * nothing, at the first call (an earlier run may have been killed) and after deletions. While somebody reads the file it
 * cannot be cut, and the next call tries again.
 */
export class LogEraser {
  readonly #connection: Database.Database;
  /** How many deletions have left the log too; -1: not known. */
  #erasedFromLog = -1;
  #erasedMs = Number.NEGATIVE_INFINITY;

  constructor(connection: Database.Database) {
    this.#connection = connection;
  }

  /** @param erasedCount deletions until now */
  erase(erasedCount: number, nowMs: EpochMs): void {
    const isEarly = nowMs >= this.#erasedMs && nowMs < this.#erasedMs + ERASE_WITHIN_MS;
    if (erasedCount === this.#erasedFromLog || isEarly) return;
    if (!truncateLog(this.#connection)) return;
    this.#erasedFromLog = erasedCount;
    this.#erasedMs = nowMs;
  }
}
