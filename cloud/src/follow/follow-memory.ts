import { createHash, randomUUID } from 'node:crypto';
import Database from 'better-sqlite3';
import { FOLLOW_SCHEMA, FOLLOW_VERSION } from './follow-schema.ts';

/** A page that is to be asked for. */
export interface DuePage {
  readonly id: number;
  readonly url: string;
  /** Read before, and open then. */
  readonly open: boolean;
  readonly etag: string | undefined;
  readonly attempts: number;
  readonly changedMs: number;
  readonly digest: Uint8Array | undefined;
}

/** Where a page stands after it was read, and what it belongs to is committed. */
export type PageOutcome =
  /** Never to be asked for again. */
  | {
      readonly kind: 'read';
      readonly page: DuePage;
      readonly children: readonly string[];
      readonly aliases: readonly string[];
    }
  | {
      readonly kind: 'open';
      readonly page: DuePage;
      readonly children: readonly string[];
      readonly etag: string | undefined;
      readonly digest: Uint8Array | undefined;
      readonly dueMs: number;
      readonly changedMs: number;
    }
  | { readonly kind: 'failed'; readonly page: DuePage; readonly attempts: number; readonly dueMs: number };

/** Which commit of members a memory stands behind. */
export interface MemoryMark {
  readonly lineage: string;
  readonly commits: number;
}

/** What is remembered of one feed, on disk: its pages, never its members. */
export interface FeedMemory {
  /** What the next commit of members is to be called in the store. */
  nextMark(): MemoryMark;
  /** Pages that are due, first those that were never read, without those under way. */
  due(nowMs: number, count: number, underWay: ReadonlySet<number>): readonly DuePage[];
  /** When the next page is due; undefined when there is none at all. */
  nextDueMs(underWay: ReadonlySet<number>): number | undefined;
  /** Remembers what was read, in one transaction, behind the commit of that mark; no mark where nothing was committed. */
  save(outcomes: readonly PageOutcome[], mark: MemoryMark | undefined): void;
  /** Adds a page to read, unless it is known. */
  add(url: string): void;
  /** Has every open page asked for at once, and what failed before as well. */
  pollNow(): void;
  counts(): PageCounts;
  /** Pages whose last attempt failed, and how often in a row the least of them did. */
  failing(): { readonly count: number; readonly attemptsMin: number };
  /** How many of these pages are not known yet. */
  countUnknown(urls: readonly string[]): number;
}

export interface PageCounts {
  /** Known, and never read. */
  readonly waiting: number;
  /** Read, and may change. */
  readonly open: number;
  /** Read for good. */
  readonly read: number;
}

export interface FollowMemory {
  /**
   * @param stored what the store says of its newest commit for this feed: a memory that is ahead of it is of another store,
   * or of a later time, and begins anew
   */
  feed(name: string, stored: MemoryMark | undefined): FeedMemory;
  close(): void;
}

/** Bytes of a page's hash: at a million pages the chance that two are alike is below 1 in 10^26. */
const HASH_BYTES = 16;
const CACHE_KIB = 8_192;

/** Throws for a file that is no database, or of another version. */
export function openFollowMemory(file: string): FollowMemory {
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  // What a power cut takes back is read again; what it must never take back is in the store.
  database.pragma('synchronous = NORMAL');
  database.pragma(`cache_size = -${CACHE_KIB}`);
  const version = database.pragma('user_version', { simple: true });
  if (version !== 0 && version !== FOLLOW_VERSION)
    throw new Error(`${file}: version ${String(version)} of another program`);
  if (version === 0) {
    database.transaction(() => {
      database.exec(FOLLOW_SCHEMA);
      database.pragma(`user_version = ${FOLLOW_VERSION}`);
    })();
  }
  return {
    feed: (name, stored) => openFeed(database, name, stored),
    close: () => void database.close(),
  };
}

interface FeedRow {
  readonly id: number;
  readonly lineage: string;
  readonly commits: number;
}

function openFeed(database: Database.Database, name: string, stored: MemoryMark | undefined): FeedMemory {
  const row = findFeed(database, name, stored);
  const statements = prepare(database);
  const feed = row.id;
  let { commits } = row;
  const counts = {
    waiting: statements.count.get(feed, 0)?.count ?? 0,
    open: statements.count.get(feed, 1)?.count ?? 0,
    read: statements.countRead.get(feed)?.count ?? 0,
  };

  const isRead = (hash: Uint8Array) => statements.isRead.get(feed, hash) !== undefined;
  const add = (url: string) => {
    const hash = hashOf(url);
    if (!isRead(hash)) counts.waiting += statements.insert.run(feed, hash, url).changes;
  };
  const remove = (hash: Uint8Array) => {
    const removed = statements.remove.get(feed, hash);
    if (removed !== undefined) counts[removed.open === 1 ? 'open' : 'waiting'] -= 1;
  };
  const apply = (outcome: PageOutcome) => {
    const { page } = outcome;
    if (outcome.kind === 'failed') return void statements.fail.run(outcome.attempts, outcome.dueMs, page.id);
    outcome.children.forEach(add);
    if (outcome.kind === 'open') {
      const { etag = null, digest = null, dueMs, changedMs } = outcome;
      statements.open.run(etag, digest, dueMs, changedMs, page.id);
      if (page.open) return;
      counts.waiting -= 1;
      counts.open += 1;
      return;
    }
    for (const hash of [page.url, ...outcome.aliases].map(hashOf)) {
      counts.read += statements.markRead.run(feed, hash).changes;
      remove(hash);
    }
  };
  const save = database.transaction((outcomes: readonly PageOutcome[], mark: MemoryMark | undefined) => {
    outcomes.forEach(apply);
    if (mark !== undefined) statements.commits.run(mark.commits, feed);
  });
  const eachKind = <T>(ask: (open: 0 | 1) => T[]): T[] => [...ask(0), ...ask(1)];

  return {
    nextMark: () => ({ lineage: row.lineage, commits: commits + 1 }),
    due(nowMs, count, underWay) {
      return eachKind((open) => statements.due.all(feed, open, nowMs, count + underWay.size))
        .filter(({ id }) => !underWay.has(id))
        .slice(0, count)
        .map(toDuePage);
    },
    nextDueMs(underWay) {
      const next = eachKind((open) => statements.next.all(feed, open, underWay.size + 1));
      const dues = next.filter(({ id }) => !underWay.has(id)).map(({ dueMs }) => dueMs);
      return dues.length === 0 ? undefined : Math.min(...dues);
    },
    save(outcomes, mark) {
      save(outcomes, mark);
      commits = mark?.commits ?? commits;
    },
    add,
    pollNow: () => void statements.pollNow.run(feed),
    counts: () => ({ ...counts }),
    failing: () => statements.failing.get(feed) ?? { count: 0, attemptsMin: 0 },
    countUnknown: (urls) =>
      urls.map(hashOf).filter((hash) => !isRead(hash) && statements.isPage.get(feed, hash) === undefined).length,
  };
}

interface PageRow {
  readonly id: number;
  readonly url: string;
  readonly open: number;
  readonly etag: string | null;
  readonly attempts: number;
  readonly changedMs: number;
  readonly digest: Uint8Array | null;
}

function toDuePage({ open, etag, digest, ...page }: PageRow): DuePage {
  return { ...page, open: open === 1, etag: etag ?? undefined, digest: digest ?? undefined };
}

function hashOf(url: string): Uint8Array {
  return createHash('sha256').update(url).digest().subarray(0, HASH_BYTES);
}

function prepare(database: Database.Database) {
  return {
    isRead: database.prepare<[number, Uint8Array]>('SELECT 1 FROM read_page WHERE feed = ? AND hash = ?'),
    isPage: database.prepare<[number, Uint8Array]>('SELECT 1 FROM page WHERE feed = ? AND hash = ?'),
    insert: database.prepare<[number, Uint8Array, string]>(
      'INSERT INTO page (feed, hash, url) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    ),
    markRead: database.prepare<[number, Uint8Array]>(
      'INSERT INTO read_page (feed, hash) VALUES (?, ?) ON CONFLICT DO NOTHING',
    ),
    remove: database.prepare<[number, Uint8Array], { open: number }>(
      'DELETE FROM page WHERE feed = ? AND hash = ? RETURNING open',
    ),
    open: database.prepare<[string | null, Uint8Array | null, number, number, number]>(
      'UPDATE page SET open = 1, attempts = 0, etag = ?, digest = ?, due_ms = ?, changed_ms = ? WHERE id = ?',
    ),
    fail: database.prepare<[number, number, number]>('UPDATE page SET attempts = ?, due_ms = ? WHERE id = ?'),
    commits: database.prepare<[number, number]>('UPDATE feed SET commits = ? WHERE id = ?'),
    pollNow: database.prepare<[number]>('UPDATE page SET due_ms = 0, attempts = 0 WHERE feed = ? AND due_ms > 0'),
    due: database.prepare<[number, 0 | 1, number, number], PageRow>(
      `SELECT id, url, open, etag, attempts, changed_ms AS changedMs, digest FROM page
       WHERE feed = ? AND open = ? AND due_ms <= ? ORDER BY due_ms, id LIMIT ?`,
    ),
    next: database.prepare<[number, 0 | 1, number], { id: number; dueMs: number }>(
      'SELECT id, due_ms AS dueMs FROM page WHERE feed = ? AND open = ? ORDER BY due_ms, id LIMIT ?',
    ),
    count: database.prepare<[number, 0 | 1], { count: number }>(
      'SELECT count(*) AS count FROM page WHERE feed = ? AND open = ?',
    ),
    failing: database.prepare<[number], { count: number; attemptsMin: number }>(
      'SELECT count(*) AS count, ifnull(min(attempts), 0) AS attemptsMin FROM page WHERE feed = ? AND attempts > 0',
    ),
    countRead: database.prepare<[number], { count: number }>('SELECT count(*) AS count FROM read_page WHERE feed = ?'),
  };
}

/** The row of a feed; a new one when there is none, or when it is ahead of the store. */
function findFeed(database: Database.Database, name: string, stored: MemoryMark | undefined): FeedRow {
  const select = database.prepare<[string], FeedRow>('SELECT id, lineage, commits FROM feed WHERE name = ?');
  const known = select.get(name);
  const isBehind =
    known !== undefined &&
    (known.commits === 0 || (known.lineage === stored?.lineage && known.commits <= stored.commits));
  if (isBehind) return known;
  return database.transaction(() => {
    if (known !== undefined) {
      for (const table of ['page', 'read_page']) database.prepare(`DELETE FROM ${table} WHERE feed = ?`).run(known.id);
      database.prepare('DELETE FROM feed WHERE id = ?').run(known.id);
    }
    database.prepare('INSERT INTO feed (name, lineage) VALUES (?, ?)').run(name, randomUUID());
    const made = select.get(name);
    if (made === undefined) throw new Error(`feed ${name} vanished`);
    return made;
  })();
}
