import Database from 'better-sqlite3';

/** Something that cannot be left out was not written, because the disk is full. */
export class NoRoomError extends Error {
  override readonly name = 'NoRoomError';

  constructor() {
    super('the disk of --data-dir is full');
  }
}

/**
 * Whether an error says that the disk, or what this user may fill of it, is full. SQLite has then rolled the transaction
 * back and the connection is sound: unlike after a failed read, write or fsync it can be used again.
 */
export function isNoRoom(error: unknown): boolean {
  return error instanceof NoRoomError || (error instanceof Database.SqliteError && error.code === 'SQLITE_FULL');
}

/** What must fit before anything is taken again: more than one group of uplinks. */
const ROOM_BYTES = 1_048_576;

/** Tries whether as much as a group can be written; the table is empty again afterwards. */
export function hasRoom(connection: Database.Database): boolean {
  try {
    connection.exec('DELETE FROM room');
    connection.prepare('INSERT INTO room VALUES (zeroblob(?))').run(ROOM_BYTES);
    connection.exec('DELETE FROM room');
    return true;
  } catch (error) {
    if (isNoRoom(error)) return false;
    throw error;
  }
}
