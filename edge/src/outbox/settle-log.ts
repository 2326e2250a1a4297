import { closeSync, fsyncSync, openSync } from 'node:fs';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type Database from 'better-sqlite3';
import { isNoRoom } from './no-room.ts';

interface CheckpointResult {
  /** 1: somebody reads, so the log could not be cut. */
  readonly busy: 0 | 1;
  /** Pages in the log, and how many of them are in the file. */
  readonly log: number;
  readonly checkpointed: number;
}

/**
 * Copies the write-ahead log into the file, syncs it and cuts the log. Returns whether it was cut: not while somebody
 * reads it, nor when the disk has no room.
 */
export function truncateLog(connection: Database.Database): boolean {
  return checkpoint(connection)?.busy === 0;
}

/**
 * Makes what the write-ahead log holds durable once more, before anything that rests on it is acknowledged. After a
 * failed fsync Linux marks the pages clean though the disk does not have them, and drops the error: a program that starts
 * again reads commits from memory that a power cut takes away, and its own fsync of the log would find nothing to write.
 * Copying them writes new pages of the file, and their fsync is one that counts. SQLite does not wait for the cut of the
 * log: if that came back after a power cut with a hole where those pages are missing, what stands before the hole would be
 * played over newer pages of the file.
 */
export function settleLog(connection: Database.Database): Result<undefined, Fault<'no-room' | 'held-open'>> {
  const result = checkpoint(connection);
  if (result === undefined) return fail('no-room', 'the disk is full');
  const { busy, log, checkpointed } = result;
  if (busy === 1 && log !== checkpointed)
    return fail('held-open', 'another program holds the outbox open: end it first');
  syncFile(`${connection.name}-wal`);
  return ok(undefined);
}

function syncFile(file: string): void {
  const descriptor = openSync(file, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Undefined when the disk has no room. */
function checkpoint(connection: Database.Database): CheckpointResult | undefined {
  try {
    const [result] = connection.pragma('wal_checkpoint(TRUNCATE)') as [CheckpointResult];
    return result;
  } catch (error) {
    if (isNoRoom(error)) return undefined;
    throw error;
  }
}
