import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DuePage, type FeedMemory, type MemoryMark, openFollowMemory } from './follow-memory.ts';

const NOBODY = new Set<number>();
const ROOT = 'https://data.example/feed';

describe('what is remembered of a feed', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'follow-memory-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Opens the memory anew, as after a restart. */
  function withMemory<T>(use: (feed: FeedMemory) => T, stored?: MemoryMark): T {
    const memory = openFollowMemory(join(folder, 'follow.sqlite'));
    try {
      return use(memory.feed('demo/copy', stored));
    } finally {
      memory.close();
    }
  }
  const dueUrls = (feed: FeedMemory, nowMs = 0) => feed.due(nowMs, 100, NOBODY).map(({ url }) => url);
  const only = (feed: FeedMemory): DuePage => {
    const [page] = feed.due(0, 1, NOBODY);
    if (page === undefined) throw new Error('no page is due');
    return page;
  };
  const read = (page: DuePage, children: string[] = []) => ({ kind: 'read', page, children, aliases: [] }) as const;
  const open = (page: DuePage, children: string[] = [], dueMs = 1_000) =>
    ({ kind: 'open', page, children, etag: '"a"', digest: undefined, dueMs, changedMs: 5 }) as const;

  it('asks for a page that was read for good never again, however often others lead to it', () => {
    const mark = withMemory((feed) => {
      feed.add(ROOT);
      const mark = feed.nextMark();
      feed.save([read(only(feed), [`${ROOT}?2`, ROOT])], mark);
      feed.save([read(only(feed), [ROOT, `${ROOT}?2`])], undefined);
      return mark;
    });
    withMemory((feed) => {
      feed.add(ROOT);
      expect(dueUrls(feed, 1e15)).toEqual([]);
      expect(feed.counts()).toEqual({ waiting: 0, open: 0, read: 2 });
      expect(feed.nextDueMs(NOBODY)).toBeUndefined();
    }, mark);
  });

  it('asks for an open page when it is due, with what it knows of it, and at once after a restart', () => {
    const mark = withMemory((feed) => {
      feed.add(ROOT);
      const mark = feed.nextMark();
      feed.save([open(only(feed))], mark);
      expect([dueUrls(feed, 999), dueUrls(feed, 1_000)]).toEqual([[], [ROOT]]);
      expect(feed.nextDueMs(NOBODY)).toBe(1_000);
      return mark;
    });
    withMemory((feed) => {
      feed.pollNow();
      expect(feed.due(0, 9, NOBODY)).toMatchObject([{ url: ROOT, open: true, etag: '"a"', changedMs: 5 }]);
    }, mark);
  });

  it('asks first for what was never read, and never for what is under way', () => {
    withMemory((feed) => {
      feed.add(ROOT);
      feed.save([open(only(feed), ['https://a.example/', 'https://b.example/'], 0)], undefined);
      const due = feed.due(0, 9, NOBODY);
      expect(due.map(({ url }) => url)).toEqual(['https://a.example/', 'https://b.example/', ROOT]);
      expect(feed.due(0, 1, new Set([due[0]?.id ?? 0])).map(({ url }) => url)).toEqual(['https://b.example/']);
    });
  });

  it('leaves a page alone that failed until it is its turn, and says so', () => {
    withMemory((feed) => {
      feed.add(ROOT);
      feed.save([{ kind: 'failed', page: only(feed), attempts: 3, dueMs: 700 }], undefined);
      expect([dueUrls(feed, 699), dueUrls(feed, 700)]).toEqual([[], [ROOT]]);
      expect(feed.failing()).toEqual({ count: 1, attemptsMin: 3 });
      feed.save([open(feed.due(700, 1, NOBODY)[0] as DuePage)], undefined);
      expect(feed.failing()).toEqual({ count: 0, attemptsMin: 0 });
    });
  });

  it('counts what it knows, also after a restart', () => {
    const mark = withMemory((feed) => {
      feed.add(ROOT);
      const mark = feed.nextMark();
      feed.save([open(only(feed), ['https://a.example/', 'https://b.example/'])], mark);
      feed.save([read(only(feed))], undefined);
      expect(feed.counts()).toEqual({ waiting: 1, open: 1, read: 1 });
      expect(feed.countUnknown([ROOT, 'https://a.example/', 'https://b.example/', 'https://c.example/'])).toBe(1);
      return mark;
    });
    withMemory((feed) => expect(feed.counts()).toEqual({ waiting: 1, open: 1, read: 1 }), mark);
  });

  it.each<[string, (mark: MemoryMark) => MemoryMark | undefined, number]>([
    ['goes on with a store of the same commit', (mark) => mark, 1],
    ['goes on with a store that is a commit ahead', (mark) => ({ ...mark, commits: mark.commits + 1 }), 1],
    ['begins anew with a store that is older', (mark) => ({ ...mark, commits: mark.commits - 1 }), 0],
    ['begins anew with another store', () => ({ lineage: 'of another', commits: 99 }), 0],
    ['begins anew with a store that knows nothing of it', () => undefined, 0],
  ])('%s', (_, stored, pagesRead) => {
    const mark = withMemory((feed) => {
      feed.add(ROOT);
      const mark = feed.nextMark();
      feed.save([read(only(feed))], mark);
      return mark;
    });
    withMemory((feed) => expect(feed.counts().read).toBe(pagesRead), stored(mark));
  });
});
