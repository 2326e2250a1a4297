import { closeSync, openSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const WORDS = ['full', 'readOnly', 'failSyncIn', 'refusedWrites', 'failedSyncs', 'syncs'] as const;
type Word = (typeof WORDS)[number];
const WORD_BYTES = 4;
const FILE_BYTES = 32;

/** Makes the simulated disk of a running program fail, through memory that volatile-disk.c shares with this process. */
export interface DiskControl {
  /** Variables for the program, beside those of `volatileDiskEnvironment`. */
  readonly environment: Readonly<Record<string, string>>;
  /** Nothing grows any more (ENOSPC); what has its place can still be overwritten. */
  setFull(full: boolean): void;
  /** Nothing is written any more (EROFS). */
  setReadOnly(readOnly: boolean): void;
  /** The `count`-th sync from now fails (EIO), once. */
  failSync(count: number): void;
  /** How often the disk has refused, and how often a sync came, since {@link createDiskControl}. */
  counts(): Readonly<Record<'refusedWrites' | 'failedSyncs' | 'syncs', number>>;
  /** As a disk that works. */
  heal(): void;
}

/** A disk that works, until it is told otherwise. The file in `directory` goes when that goes. */
export function createDiskControl(directory: string): DiskControl {
  const file = join(directory, '.disk-control');
  writeFileSync(file, Buffer.alloc(FILE_BYTES));
  const write = (word: Word, value: number) => {
    const bytes = Buffer.alloc(WORD_BYTES);
    bytes.writeUInt32LE(value);
    const descriptor = openSync(file, 'r+');
    writeSync(descriptor, bytes, 0, WORD_BYTES, WORDS.indexOf(word) * WORD_BYTES);
    closeSync(descriptor);
  };
  const read = (word: Word) => {
    const bytes = Buffer.alloc(WORD_BYTES);
    const descriptor = openSync(file, 'r');
    readSync(descriptor, bytes, 0, WORD_BYTES, WORDS.indexOf(word) * WORD_BYTES);
    closeSync(descriptor);
    return bytes.readUInt32LE();
  };
  return {
    environment: { MEETBRUG_DISK_CONTROL: file },
    setFull: (full) => write('full', full ? 1 : 0),
    setReadOnly: (readOnly) => write('readOnly', readOnly ? 1 : 0),
    failSync: (count) => write('failSyncIn', count),
    counts: () => ({
      refusedWrites: read('refusedWrites'),
      failedSyncs: read('failedSyncs'),
      syncs: read('syncs'),
    }),
    heal() {
      for (const word of ['full', 'readOnly', 'failSyncIn'] as const) write(word, 0);
    },
  };
}
