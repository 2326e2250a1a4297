import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EpochMs } from '@meetbrug/protocols/observation';
import Database from 'better-sqlite3';
import { openConnection } from './open-connection.ts';
import { Outbox, type OutboxBounds } from './outbox.ts';
import { type Salvage, salvageInto } from './salvage.ts';
import { prepareSchema } from './schema.ts';
import { settleLog } from './settle-log.ts';

export const OUTBOX_FILE = 'outbox.db';
const MS_PER_HOUR = 3_600_000;
const SIDE_FILES = ['', '-wal', '-shm'] as const;
/** SQLite's result codes for a file that cannot be trusted, extended ones included. */
const DAMAGE = /^SQLITE_(CORRUPT|NOTADB)/;

export interface OpenedOutbox {
  readonly outbox: Outbox;
  /** Present when the file was damaged and set aside. */
  readonly setAside?: { readonly file: string; readonly salvage: Salvage };
}

export interface OpenOutboxOptions {
  readonly dataDir: string;
  readonly bounds: OutboxBounds;
  readonly nowMs: () => EpochMs;
  /** 16 random hex digits. */
  readonly newEpoch: () => string;
}

/**
 * Opens the outbox of a data directory, and makes it when there is none. A file that SQLite calls damaged, now or when it
 * was last used ({@link markDamaged}), is renamed, what is readable is copied, and a new epoch begins. A start reads no
 * more than the state and the deduplication window: rows are checked when they are read for sending.
 */
export function openOutbox({ dataDir, bounds, nowMs, newEpoch }: OpenOutboxOptions): OpenedOutbox {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, OUTBOX_FILE);
  if (!existsSync(damageMark(file))) {
    try {
      return { outbox: openFile(file, bounds, newEpoch) };
    } catch (error) {
      if (!isDamage(error)) throw error;
    }
  }
  const damagedFile = `${file}.damaged-${new Date(nowMs()).toISOString().replaceAll(/[:.]/g, '-')}`;
  for (const side of SIDE_FILES) {
    if (existsSync(file + side)) renameSync(file + side, damagedFile + side);
  }
  const connection = openConnection(file);
  prepareSchema(connection, newEpoch());
  const salvage = salvageInto(connection, damagedFile);
  rmSync(damageMark(file), { force: true });
  return { outbox: new Outbox(connection, bounds), setAside: { file: damagedFile, salvage } };
}

/**
 * Deletes files that were set aside longer ago than bytes that nobody has cleared may be kept: a damaged file holds a
 * quarantine too, and nothing in it expires by itself.
 * @returns the names of what went
 */
export function removeOldDamage(dataDir: string, nowMs: EpochMs, keepHours: number): string[] {
  const old = readdirSync(dataDir).filter((name) => {
    const setAsideMs = damagedSinceMs(name);
    return setAsideMs !== undefined && setAsideMs + keepHours * MS_PER_HOUR <= nowMs;
  });
  for (const name of old) rmSync(join(dataDir, name), { force: true });
  return old;
}

const DAMAGED_NAME = /^outbox\.db\.damaged-(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d)-(\d{3})Z/;

function damagedSinceMs(name: string): EpochMs | undefined {
  const [, hour, minute, second, fraction] = DAMAGED_NAME.exec(name) ?? [];
  return hour === undefined ? undefined : Date.parse(`${hour}:${minute}:${second}.${fraction}Z`);
}

/** Whether an error of SQLite says that the file is damaged. */
export function isDamage(error: unknown): boolean {
  return error instanceof Database.SqliteError && DAMAGE.test(error.code);
}

/** Without room SQLite cannot make the index of its write-ahead log: SHMSIZE. */
const OPENING_REASONS: readonly (readonly [codes: RegExp, reason: string])[] = [
  [/^(EROFS|EACCES|EPERM|SQLITE_READONLY.*|SQLITE_CANTOPEN.*)$/, 'it is read-only or belongs to another user'],
  [/^(ENOSPC|EDQUOT|SQLITE_FULL|SQLITE_IOERR_SHMSIZE)$/, 'the disk is full'],
];

/** Why a data directory cannot be used, as one sentence for whoever can mend it. */
export function openingFault(dataDir: string, error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const reason = OPENING_REASONS.find(([codes]) => codes.test(code))?.[1];
  return reason === undefined ? `cannot use ${dataDir}: ${message}` : `cannot write in ${dataDir}: ${reason} (${code})`;
}

/** Notes that the file turned out to be damaged while it was in use: the next start sets it aside. */
export function markDamaged(dataDir: string): void {
  writeFileSync(damageMark(join(dataDir, OUTBOX_FILE)), '');
}

function damageMark(file: string): string {
  return `${file}.damaged`;
}

function openFile(file: string, bounds: OutboxBounds, newEpoch: () => string): Outbox {
  const connection = openConnection(file);
  try {
    const settled = settleLog(connection);
    if (!settled.ok && settled.fault.code === 'held-open') throw new Error(settled.fault.detail);
    prepareSchema(connection, newEpoch());
    return new Outbox(connection, bounds, settled.ok);
  } catch (error) {
    connection.close();
    throw error;
  }
}
