import Database from 'better-sqlite3';

/** How far a target has taken one stream: log rows 0 to `nextOrdinal - 1`, the last of them with this stamp. */
export interface ProjectionCursor {
  readonly nextOrdinal: number;
  readonly lastStampMs: number;
}

/** Where projections stand, on disk. A cursor that a power cut takes back only has rows written again. */
export interface ProjectionCursors {
  read(target: string, stream: number): ProjectionCursor | undefined;
  save(target: string, stream: number, cursor: ProjectionCursor): void;
  close(): void;
}

const VERSION = 1;

/** Throws for a file that is no database, or of another version. */
export function openProjectionCursors(file: string): ProjectionCursors {
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = NORMAL');
  const version = database.pragma('user_version', { simple: true });
  if (version !== 0 && version !== VERSION) throw new Error(`${file}: version ${String(version)} of another program`);
  database.exec(`
    CREATE TABLE IF NOT EXISTS cursor (
      target TEXT NOT NULL,
      stream INTEGER NOT NULL,
      next_ordinal INTEGER NOT NULL,
      last_stamp_ms INTEGER NOT NULL,
      PRIMARY KEY (target, stream)
    ) WITHOUT ROWID`);
  database.pragma(`user_version = ${VERSION}`);
  const select = database.prepare<[string, number], ProjectionCursor>(
    'SELECT next_ordinal AS nextOrdinal, last_stamp_ms AS lastStampMs FROM cursor WHERE target = ? AND stream = ?',
  );
  const upsert = database.prepare(`
    INSERT INTO cursor (target, stream, next_ordinal, last_stamp_ms) VALUES (?, ?, ?, ?)
    ON CONFLICT (target, stream) DO UPDATE
    SET next_ordinal = excluded.next_ordinal, last_stamp_ms = excluded.last_stamp_ms`);
  return {
    read: (target, stream) => select.get(target, stream),
    save: (target, stream, { nextOrdinal, lastStampMs }) => void upsert.run(target, stream, nextOrdinal, lastStampMs),
    close: () => void database.close(),
  };
}
