import { blockOf, entryAt } from './entry-block.ts';
import { type IndexedView, prepareFindView } from './index-rows.ts';
import type { ViewIndex } from './open-index.ts';

export interface StoredBucket {
  readonly id: number;
  readonly view: number;
  readonly memberCount: number;
  readonly lastOrdinal: number;
  readonly pageSize: number;
}

/** Finds where members of keyed views stand. */
export interface IndexReader {
  /** Reads at one moment, whatever is added meanwhile. */
  atOnce<T>(read: () => T): T;
  view(streamId: number, name: string): IndexedView | undefined;
  /** Segments of the children of a node above the buckets, in order. */
  branches(view: number, parent: string): string[];
  bucket(view: number, path: string, pageSize: number): StoredBucket | undefined;
  /** Ordinal in the stream of member k of a bucket; quick for the first and the last of a page. */
  ordinalOf(bucket: StoredBucket, member: number): number;
  /** Ordinals of members `first` to `end - 1`, which stand on one page. */
  ordinals(bucket: StoredBucket, first: number, end: number): number[];
}

export function createIndexReader(index: ViewIndex): IndexReader {
  const branches = index.prepare<[number, string], { segment: string }>(
    'SELECT segment FROM branch WHERE view = ? AND parent = ? ORDER BY segment',
  );
  const findBucket = index.prepare<[number, string], { id: number; member_count: number; last_ordinal: number }>(
    'SELECT id, member_count, last_ordinal FROM bucket WHERE view = ? AND path = ?',
  );
  const findPage = index.prepare<[number, number], { first_ordinal: number }>(
    'SELECT first_ordinal FROM page WHERE bucket = ? AND number = ?',
  );
  const findBlock = index.prepare<[number, number], { entries: Buffer }>(
    'SELECT entries FROM block WHERE view = ? AND number = ?',
  );

  const pageStart = ({ id }: StoredBucket, number: number): number => {
    const row = findPage.get(id, number);
    if (row === undefined) throw new Error(`page ${number} of bucket ${id} is not in the index`);
    return row.first_ordinal;
  };

  /** Walks back through a bucket; members of one block are read together. */
  const createWalk = ({ id, view }: StoredBucket) => {
    let number = -1;
    let entries: Buffer | undefined;
    return (ordinal: number): number => {
      if (blockOf(ordinal) !== number || entries === undefined) {
        number = blockOf(ordinal);
        entries = findBlock.get(view, number)?.entries;
      }
      const entry = entries && entryAt(entries, ordinal);
      if (entry?.bucket !== id) throw new Error(`member ${ordinal} is not in bucket ${id} of the index`);
      return ordinal - entry.back;
    };
  };

  /** The last member of the page before `page`, which is the newest of all where no page follows. */
  const pageEnd = (bucket: StoredBucket, page: number): number => {
    const isLast = page * bucket.pageSize >= bucket.memberCount;
    return isLast ? bucket.lastOrdinal : createWalk(bucket)(pageStart(bucket, page));
  };

  const ordinals = (bucket: StoredBucket, first: number, end: number): number[] => {
    const page = Math.floor(first / bucket.pageSize);
    const pageEndMember = Math.min((page + 1) * bucket.pageSize, bucket.memberCount);
    const walk = createWalk(bucket);
    const found: number[] = [];
    let ordinal = pageEnd(bucket, page + 1);
    for (let member = pageEndMember - 1; member >= first; member -= 1) {
      if (member < end) found.push(ordinal);
      if (member > first) ordinal = walk(ordinal);
    }
    return found.reverse();
  };

  return {
    atOnce: (read) => index.transaction(read)(),
    view: prepareFindView(index),
    branches: (view, parent) => branches.all(view, parent).map(({ segment }) => segment),
    bucket(view, path, pageSize) {
      const row = findBucket.get(view, path);
      return row && { id: row.id, view, pageSize, memberCount: row.member_count, lastOrdinal: row.last_ordinal };
    },
    ordinalOf(bucket, member) {
      if (member % bucket.pageSize === 0) return pageStart(bucket, member / bucket.pageSize);
      if (member === bucket.memberCount - 1) return bucket.lastOrdinal;
      const [ordinal] = ordinals(bucket, member, member + 1);
      if (ordinal === undefined) throw new RangeError(`bucket ${bucket.id} has no member ${member}`);
      return ordinal;
    },
    ordinals,
  };
}
