import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { type AuditStorage, auditFiles, type Sha256 } from '@meetbrug/protocols/audit';
import Database from 'better-sqlite3';

export const sha256: Sha256 = (text) => createHash('sha256').update(text).digest('hex');

const LOCK_TIMEOUT_MS = 2_000;
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** Where the audit files of a data folder are. */
export function auditFolderOf(dataDir: string): string {
  return join(dataDir, 'audit');
}

/** What is there to be verified, oldest first; nothing when there is no audit folder. */
export function readAuditFiles(folder: string): { readonly name: string; readonly text: string }[] {
  if (!existsSync(folder)) return [];
  return auditFiles(readdirSync(folder)).map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
}

/** Audit files in a folder of their own, readable by nobody else; made with the first entry. */
export function createAuditFolder(folder: string): AuditStorage {
  const path = (file: string) => join(folder, file);
  /** A name is durable once its folder is. */
  const syncFolder = () => withFile(folder, 'r', fsyncSync);
  return {
    files: () => (existsSync(folder) ? auditFiles(readdirSync(folder)) : []),
    read: (file) => readFileSync(path(file), 'utf8'),
    sizeBytes: (file) => statSync(path(file)).size,
    append(file, text) {
      const isNew = !existsSync(path(file));
      withFile(path(file), 'a', (descriptor) => {
        const bytes = Buffer.from(text);
        // A short write is a disk without room: the next entry finds and removes it.
        if (writeSync(descriptor, bytes) < bytes.length) throw new Error('ENOSPC: the entry was cut');
        fsyncSync(descriptor);
      });
      if (isNew) syncFolder();
    },
    truncate(file, bytes) {
      withFile(path(file), 'r+', (descriptor) => {
        ftruncateSync(descriptor, bytes);
        fsyncSync(descriptor);
      });
    },
    remove(file) {
      rmSync(path(file), { force: true });
      syncFolder();
    },
    exclusively(work) {
      mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
      // The system gives a lock of SQLite back when its process dies; the file stays empty.
      const lock = new Database(path('lock'), { timeout: LOCK_TIMEOUT_MS });
      try {
        lock.exec('BEGIN EXCLUSIVE');
        return work();
      } finally {
        lock.close();
      }
    },
  };
}

function withFile(path: string, flags: string, use: (descriptor: number) => void): void {
  const descriptor = openSync(path, flags, FILE_MODE);
  try {
    use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
