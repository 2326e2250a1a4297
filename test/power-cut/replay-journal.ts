import { closeSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import type { SeededRandom } from '../fleet/seeded-random.ts';

/** What survives of the changes that were made after the last sync of a file. */
export type Survival =
  /** None: an honest disk that had no time. */
  | 'synced-only'
  /** The first few, and of the next one only some of its 512-byte sectors: a torn write. */
  | 'torn'
  /** Any of them, whatever their order, some of them torn: a disk that writes back as it likes. */
  | 're-ordered';

/** How many changes of one file were lost, kept and torn. */
export interface FileCut {
  readonly lost: number;
  readonly kept: number;
  readonly torn: number;
}

type Fate = 'lost' | 'kept' | 'torn';

const KINDS = ['write', 'truncate', 'failed-sync', 'sync'] as const;

/** One record of a journal, as volatile-disk.c wrote it down. */
interface JournalRecord {
  readonly kind: (typeof KINDS)[number];
  readonly offset: number;
  readonly newLength: number;
  readonly oldSize: number;
  readonly oldContent: Buffer;
}

/** A change with what it wrote, read back from the file. */
interface Change {
  readonly record: JournalRecord;
  readonly newContent: Buffer;
  /** A later sync that worked made it durable. */
  readonly isSynced: boolean;
  /** A failed sync left it in the cache only: no later sync saves it, only a later write of the same place. */
  readonly isStranded: boolean;
}

const HEADER_BYTES = 40;
const SECTOR_BYTES = 512;

/**
 * Takes all changes of a journal out of the file, then makes again those that reached the disk. Every sector ends as one of
 * the versions that it had, which is all that re-ordering can do to a disk of sectors.
 */
export function replayJournal(file: string, journal: Buffer, survival: Survival, random: SeededRandom): FileCut {
  const records = readRecords(journal);
  if (records.length === 0) return { lost: 0, kept: 0, torn: 0 };
  const descriptor = openSync(file, 'r+');
  try {
    const changes = undoAll(descriptor, records);
    const fates = decideFates(changes, survival, random);
    const cut = { lost: 0, kept: 0, torn: 0 };
    changes.forEach((change, index) => {
      const fate = fates[index] as Fate;
      if (!change.isSynced) cut[fate] += 1;
      if (fate === 'kept') redo(descriptor, change);
      else if (fate === 'torn') writeSomeSectors(descriptor, change, random);
    });
    return cut;
  } finally {
    closeSync(descriptor);
  }
}

/** Reads whole records; an incomplete last one belongs to a change that the kill prevented. */
function readRecords(journal: Buffer): JournalRecord[] {
  const records: JournalRecord[] = [];
  for (let at = 0; at + HEADER_BYTES <= journal.length; ) {
    const word = (index: number) => Number(journal.readBigUInt64LE(at + index * 8));
    const contentEnd = at + HEADER_BYTES + word(4);
    if (contentEnd > journal.length) break;
    const kind = KINDS[word(0) - 1];
    if (kind === undefined) throw new Error(`a journal with a record of kind ${word(0)}`);
    const oldContent = journal.subarray(at + HEADER_BYTES, contentEnd);
    records.push({ kind, offset: word(1), newLength: word(2), oldSize: word(3), oldContent });
    at = contentEnd;
  }
  return records;
}

/** Undoes every change from the last to the first; returns them in the order in which they were made. */
function undoAll(descriptor: number, records: readonly JournalRecord[]): Change[] {
  const changes: Change[] = [];
  let isSynced = false;
  let isStranded = false;
  for (const record of records.toReversed()) {
    if (record.kind === 'sync' || record.kind === 'failed-sync') {
      isStranded = record.kind === 'failed-sync';
      isSynced = !isStranded;
      continue;
    }
    changes.push({ record, newContent: contentOf(descriptor, record), isSynced, isStranded });
    writeSync(descriptor, record.oldContent, 0, record.oldContent.length, record.offset);
    ftruncateSync(descriptor, record.oldSize);
  }
  return changes.reverse();
}

function contentOf(descriptor: number, { kind, offset, newLength }: JournalRecord): Buffer {
  if (kind !== 'write') return Buffer.alloc(0);
  const content = Buffer.alloc(newLength);
  return content.subarray(0, readSync(descriptor, content, 0, newLength, offset));
}

function decideFates(changes: readonly Change[], survival: Survival, random: SeededRandom): Fate[] {
  const open = changes.filter(({ isSynced, isStranded }) => !isSynced && !isStranded).length;
  const kept = survival === 'torn' ? random.between(0, open) : 0;
  let seen = 0;
  return changes.map(({ record, isSynced, isStranded }): Fate => {
    if (isSynced) return 'kept';
    if (isStranded || survival === 'synced-only') return 'lost';
    if (survival === 're-ordered') {
      if (random.chance(50)) return 'lost';
      return record.kind === 'write' && random.chance(25) ? 'torn' : 'kept';
    }
    seen += 1;
    if (seen <= kept) return 'kept';
    return seen === kept + 1 && record.kind === 'write' ? 'torn' : 'lost';
  });
}

function redo(descriptor: number, { record, newContent }: Change): void {
  if (record.kind === 'truncate') ftruncateSync(descriptor, record.offset);
  else writeSync(descriptor, newContent, 0, newContent.length, record.offset);
}

function writeSomeSectors(descriptor: number, { record: { offset }, newContent }: Change, random: SeededRandom): void {
  for (let start = 0; start < newContent.length; start += SECTOR_BYTES) {
    if (random.chance(50)) continue;
    const sector = newContent.subarray(start, start + SECTOR_BYTES);
    writeSync(descriptor, sector, 0, sector.length, offset + start);
  }
}
