import { describe, expect, test } from 'vitest';
import type { StreamHead } from '../log/streams.ts';
import type { StoredView } from '../log/views.ts';
import { createViewDirectory } from './view-directory.ts';
import type { IndexHead } from './view-indexer.ts';

const HEAD = {
  id: 1,
  organisation: 'demo',
  name: 'heat-stress',
  memberCount: 5,
  lastStampMs: 7,
  closed: false,
  live: true,
};
const BY_PAGE = {
  streamId: 1,
  definition: { kind: 'by-page', name: 'by-page', pageSize: 2, fanOut: 2 },
  retention: undefined,
  dropped: 0,
} as const;
const BY_TIME = { ...BY_PAGE, definition: { ...BY_PAGE.definition, kind: 'by-time', name: 'by-time' } } as const;
const INDEXED = { streamId: 1, name: 'by-time', nextOrdinal: 3, settledMs: 0, fillUntil: 5 };

function createTestDirectory() {
  const directory = createViewDirectory((organisation) => organisation !== 'unserved');
  directory.setHeads([HEAD]);
  directory.setViews([BY_PAGE, BY_TIME]);
  directory.setIndexed([INDEXED]);
  const versions = () =>
    ['by-page', 'by-time'].map((view) => directory.find('demo', 'heat-stress', view)?.version ?? 'absent');
  return { directory, versions };
}

interface Change {
  readonly heads?: readonly StreamHead[];
  readonly views?: readonly StoredView[];
  readonly indexed?: readonly IndexHead[];
}
const CHANGES: readonly [what: string, changed: string, change: Change][] = [
  ['a commit', 'by-page', { heads: [{ ...HEAD, memberCount: 6 }] }],
  ['the index', 'by-time', { indexed: [{ ...INDEXED, nextOrdinal: 4 }] }],
  ['the end of filling', 'by-time', { indexed: [{ ...INDEXED, nextOrdinal: 5 }] }],
  ['the end of a day', 'by-time', { indexed: [{ ...INDEXED, settledMs: 86_400_000 }] }],
  ['retention', 'by-time', { views: [{ ...BY_TIME, dropped: 3 }] }],
  ['retention of by-page', 'by-page', { views: [{ ...BY_PAGE, dropped: 3 }] }],
];

describe('the directory of views', () => {
  test.each(CHANGES)(
    'gives a version of its own after %s, to the view that it changes only',
    (_, changed, { heads, views, indexed }) => {
      const { directory, versions } = createTestDirectory();
      const before = versions();
      if (heads) directory.setHeads(heads);
      if (views) directory.setViews(views);
      if (indexed) directory.setIndexed(indexed);
      const differs = versions().map((version, index) => version !== before[index]);
      expect(differs).toEqual([changed === 'by-page', changed === 'by-time']);
    },
  );

  test('gives every view of a stream that closes another version', () => {
    const { directory, versions } = createTestDirectory();
    const before = versions();
    directory.setHeads([{ ...HEAD, closed: true }]);
    expect(versions().map((version, index) => version === before[index])).toEqual([false, false]);
  });

  test('never goes back behind what a reader saw: a page kept from before must not show beside a newer one', () => {
    const { directory, versions } = createTestDirectory();
    const page = { organisation: 'demo', stream: 'heat-stress' };
    directory.see({ ...page, view: 'by-page' }, { memberCount: 9, settledMs: 0, closed: false });
    directory.see({ ...page, view: 'by-time' }, { memberCount: 8, settledMs: 86_400_000, closed: false });
    const seen = versions();
    directory.setHeads([{ ...HEAD, memberCount: 7 }]);
    directory.setIndexed([{ ...INDEXED, nextOrdinal: 6 }]);
    expect(versions()).toEqual(seen);
    directory.see({ ...page, view: undefined }, { memberCount: 9, settledMs: 0, closed: true });
    expect(directory.find('demo', 'heat-stress', 'by-time')?.closed).toBe(true);
  });

  test('has no stream that is not served or not whole yet', () => {
    const { directory } = createTestDirectory();
    directory.setHeads([
      { ...HEAD, id: 2, organisation: 'unserved' },
      { ...HEAD, id: 3, organisation: 'all', live: false },
    ]);
    directory.setViews([
      { ...BY_PAGE, streamId: 2 },
      { ...BY_PAGE, streamId: 3 },
    ]);
    expect(directory.find('unserved', 'heat-stress', 'by-page')).toBeUndefined();
    expect(directory.find('all', 'heat-stress', 'by-page')).toBeUndefined();
    expect(directory.list().map(({ organisation }) => organisation)).toEqual(['demo', 'demo']);
  });
});
