import { closeSync, ftruncateSync, openSync, readdirSync, readFileSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { SeededRandom } from '../fleet/seeded-random.ts';

/** What survives of the changes that were made after the last sync of a file. */
export type Survival =
  /** None: an honest disk that had no time. */
  | 'synced-only'
  /** The first few, and of the next one only some of its 512-byte sectors: a torn write. */
  | 'torn';

export interface CutReport {
  /** Files that had changes after their last sync. */
  readonly filesChanged: number;
  readonly changesLost: number;
  readonly changesKept: number;
  readonly changesTorn: number;
}

/** One change that a file has seen since its last sync, as volatile-disk.c wrote it down. */
interface UndoRecord {
  readonly kind: 'write' | 'truncate';
  readonly offset: number;
  readonly newLength: number;
  readonly oldSize: number;
  readonly oldContent: Buffer;
}

const HEADER_BYTES = 40;
const SECTOR_BYTES = 512;
const UNDO_SUFFIX = '.undo';

/**
 * Makes the files below `directory` what a power cut may leave of them, from the undo journals that volatile-disk.c kept.
 * Call it after the program has been killed and before it starts again. Shared-memory files vanish, as memory does.
 */
export function cutPower(directory: string, survival: Survival, random: SeededRandom): CutReport {
  const report = { filesChanged: 0, changesLost: 0, changesKept: 0, changesTorn: 0 };
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort();
  for (const name of names.filter((each) => each.endsWith(UNDO_SUFFIX))) {
    const journal = join(directory, name);
    const records = readRecords(readFileSync(journal));
    const kept = survival === 'torn' ? random.between(0, records.length) : 0;
    const torn = survival === 'torn' && records[kept]?.kind === 'write';
    if (records.length > 0) rollBack(journal.slice(0, -UNDO_SUFFIX.length), records, kept, torn ? random : undefined);
    report.filesChanged += records.length > 0 ? 1 : 0;
    report.changesKept += kept;
    report.changesLost += records.length - kept;
    report.changesTorn += torn ? 1 : 0;
    rmSync(journal);
  }
  for (const name of names.filter((each) => each.endsWith('-shm'))) rmSync(join(directory, name));
  return report;
}

/** Reads whole records; an incomplete last one belongs to a change that the kill prevented. */
function readRecords(journal: Buffer): UndoRecord[] {
  const records: UndoRecord[] = [];
  for (let at = 0; at + HEADER_BYTES <= journal.length; ) {
    const word = (index: number) => Number(journal.readBigUInt64LE(at + index * 8));
    const contentEnd = at + HEADER_BYTES + word(4);
    if (contentEnd > journal.length) break;
    records.push({
      kind: word(0) === 1 ? 'write' : 'truncate',
      offset: word(1),
      newLength: word(2),
      oldSize: word(3),
      oldContent: journal.subarray(at + HEADER_BYTES, contentEnd),
    });
    at = contentEnd;
  }
  return records;
}

/** Undoes all changes from the last down to number `kept`; with `random`, some sectors of that one stay. */
function rollBack(file: string, records: readonly UndoRecord[], kept: number, random: SeededRandom | undefined): void {
  const descriptor = openSync(file, 'r+');
  for (const [index, record] of [...records.entries()].reverse()) {
    if (index < kept) break;
    const written = index === kept && random !== undefined ? readContent(descriptor, record) : undefined;
    writeSync(descriptor, record.oldContent, 0, record.oldContent.length, record.offset);
    ftruncateSync(descriptor, record.oldSize);
    if (written !== undefined && random !== undefined) writeSomeSectors(descriptor, record.offset, written, random);
  }
  closeSync(descriptor);
}

function readContent(descriptor: number, record: UndoRecord): Buffer {
  const content = Buffer.alloc(record.newLength);
  return content.subarray(0, readSync(descriptor, content, 0, content.length, record.offset));
}

function writeSomeSectors(descriptor: number, offset: number, content: Buffer, random: SeededRandom): void {
  for (let start = 0; start < content.length; start += SECTOR_BYTES) {
    if (random.chance(50)) continue;
    const sector = content.subarray(start, start + SECTOR_BYTES);
    writeSync(descriptor, sector, 0, sector.length, offset + start);
  }
}
