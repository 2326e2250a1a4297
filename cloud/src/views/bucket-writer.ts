import { blockOf, emptyBlock, putEntry } from './entry-block.ts';
import type { ViewIndex } from './open-index.ts';

/** A bucket while members are added to it. */
export interface OpenBucket {
  readonly id: number;
  memberCount: number;
  lastOrdinal: number;
  changed: boolean;
}

/** Adds members to the buckets of one view, in the order of the log. What it holds is written by `flush`. */
export interface BucketWriter {
  /** The bucket of a path, made when it is not there, with the branches that lead to it. */
  open(path: string): OpenBucket;
  add(bucket: OpenBucket, ordinal: number): void;
  /** Writes what was added, inside the caller's transaction. */
  flush(): void;
  /** Lets go of the buckets it knows, after a flush: what is added next goes to others. */
  forget(): void;
}

/** Known buckets beyond this are let go; they are found again in the file. */
const KNOWN_MAX = 100_000;

export function createBucketWriter(index: ViewIndex, view: number, pageSize: number): BucketWriter {
  const statements = prepare(index);
  const known = new Map<string, OpenBucket>();
  const changed: OpenBucket[] = [];
  let block = emptyBlock();
  let blockNumber = -1;

  const writeBlock = () => {
    if (blockNumber >= 0) statements.writeBlock.run(view, blockNumber, block);
  };
  const turnTo = (number: number) => {
    if (number === blockNumber) return;
    writeBlock();
    block = statements.readBlock.get(view, number)?.entries ?? emptyBlock();
    blockNumber = number;
  };

  return {
    open(path) {
      const cached = known.get(path);
      if (cached !== undefined) return cached;
      const row = statements.findBucket.get(view, path) ?? makeBucket(statements, view, path);
      const bucket = { id: row.id, memberCount: row.member_count, lastOrdinal: row.last_ordinal, changed: false };
      known.set(path, bucket);
      return bucket;
    },
    add(bucket, ordinal) {
      turnTo(blockOf(ordinal));
      const { id, memberCount, lastOrdinal } = bucket;
      putEntry(block, ordinal, { bucket: id, back: memberCount === 0 ? 0 : ordinal - lastOrdinal });
      if (memberCount % pageSize === 0) statements.addPage.run(id, memberCount / pageSize, ordinal);
      bucket.memberCount = memberCount + 1;
      bucket.lastOrdinal = ordinal;
      if (bucket.changed) return;
      bucket.changed = true;
      changed.push(bucket);
    },
    flush() {
      writeBlock();
      for (const bucket of changed) {
        statements.updateBucket.run(bucket.memberCount, bucket.lastOrdinal, bucket.id);
        bucket.changed = false;
      }
      changed.length = 0;
      if (known.size > KNOWN_MAX) known.clear();
    },
    forget: () => known.clear(),
  };
}

type Statements = ReturnType<typeof prepare>;

function makeBucket(statements: Statements, view: number, path: string) {
  const segments = path.split('/');
  segments.forEach((segment, level) => {
    statements.addBranch.run(view, segments.slice(0, level).join('/'), segment);
  });
  const id = Number(statements.addBucket.run(view, path).lastInsertRowid);
  return { id, member_count: 0, last_ordinal: 0 };
}

function prepare(index: ViewIndex) {
  return {
    findBucket: index.prepare<[number, string], { id: number; member_count: number; last_ordinal: number }>(
      'SELECT id, member_count, last_ordinal FROM bucket WHERE view = ? AND path = ?',
    ),
    addBucket: index.prepare<[number, string]>(
      'INSERT INTO bucket (view, path, member_count, last_ordinal) VALUES (?, ?, 0, 0)',
    ),
    updateBucket: index.prepare<[number, number, number]>(
      'UPDATE bucket SET member_count = ?, last_ordinal = ? WHERE id = ?',
    ),
    addBranch: index.prepare<[number, string, string]>(
      'INSERT OR IGNORE INTO branch (view, parent, segment) VALUES (?, ?, ?)',
    ),
    addPage: index.prepare<[number, number, number]>(
      'INSERT INTO page (bucket, number, first_ordinal) VALUES (?, ?, ?)',
    ),
    readBlock: index.prepare<[number, number], { entries: Buffer }>(
      'SELECT entries FROM block WHERE view = ? AND number = ?',
    ),
    writeBlock: index.prepare<[number, number, Buffer]>(
      'INSERT OR REPLACE INTO block (view, number, entries) VALUES (?, ?, ?)',
    ),
  };
}
