import type Database from 'better-sqlite3';

/** The frame counter of a LoRaWAN session after a frame whose MIC was right. */
export interface SessionCounter {
  /** Names the session, without its keys. */
  readonly session: string;
  readonly frameCounter: number;
}

/**
 * The last frame counter of each session, durable with what became of the frame: what lies behind it is never taken again.
 * One row for each session that was ever configured.
 */
export class SessionCounterStore {
  readonly #read: Database.Statement<[string], number>;
  readonly #write: Database.Statement<[string, number]>;

  constructor(connection: Database.Database) {
    this.#read = connection
      .prepare<[string], number>('SELECT frame_counter FROM session_counters WHERE session = ?')
      .pluck();
    this.#write = connection.prepare('INSERT OR REPLACE INTO session_counters VALUES (?, ?)');
  }

  /** Undefined for a session of which no frame was accepted. */
  read(session: string): number | undefined {
    return this.#read.get(session);
  }

  /** Part of the caller's transaction. */
  write({ session, frameCounter }: SessionCounter): void {
    this.#write.run(session, frameCounter);
  }
}
