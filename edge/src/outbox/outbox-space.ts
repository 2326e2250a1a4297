import type Database from 'better-sqlite3';

/** Free pages that stay in the file for what comes next: 8 MiB. */
const FREE_PAGES_KEPT = 1_024;
/** Pages that one step gives back: 1 MiB, so that the event loop is not held for long. */
const SHRINK_PAGES = 128;
const INCREMENTAL = 2;

/** How much of the file is in use, and giving back what is not. */
export class OutboxSpace {
  readonly #connection: Database.Database;
  readonly #usedBytes: Database.Statement<[], number>;
  readonly #freePages: Database.Statement<[], number>;
  readonly #canShrink: boolean;

  constructor(connection: Database.Database) {
    this.#connection = connection;
    this.#usedBytes = connection
      .prepare<[], number>(
        'SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size',
      )
      .pluck();
    this.#freePages = connection.prepare<[], number>('SELECT freelist_count FROM pragma_freelist_count').pluck();
    this.#canShrink = connection.pragma('auto_vacuum', { simple: true }) === INCREMENTAL;
  }

  /** Bytes in use in the file, free pages and write-ahead log not counted. */
  get usedBytes(): number {
    return this.#usedBytes.get() as number;
  }

  /**
   * Whether the file holds more free pages than it should keep. Never for a file that an older program made: its free
   * pages are used again, and it keeps its size until somebody runs `VACUUM` on it while the edge is stopped.
   */
  get canShrink(): boolean {
    return this.#canShrink && (this.#freePages.get() as number) > FREE_PAGES_KEPT;
  }

  /** Gives some free pages back to the disk; it has them when the write-ahead log is next copied into the file. */
  shrink(): void {
    const surplus = (this.#freePages.get() as number) - FREE_PAGES_KEPT;
    this.#connection.pragma(`incremental_vacuum(${Math.min(SHRINK_PAGES, surplus)})`);
  }
}
