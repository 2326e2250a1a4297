import { viewDefinitionSchema } from '@meetbrug/protocols/ldes';
import { fail, ok } from '@meetbrug/protocols/result';
import { describe, expect, test } from 'vitest';
import { PUBLIC_OF_OPEN_CLOUD } from '../access/read-scope.ts';
import type { KeptPage } from '../pages/page-file.ts';
import type { PageFiles, PageIdentity } from '../pages/page-files.ts';
import type { ReadPool } from '../read/read-pool.ts';
import type { ServedView } from '../views/served-views.ts';
import { createFeedPages } from './feed-pages.ts';
import type { FeedLocation } from './feed-path.ts';

function location(path: string, view: string | undefined = 'by-page'): FeedLocation {
  const target = { organisation: 'demo', stream: 'heat-stress', view, path };
  const canonical = ['/ldes/demo/heat-stress', view, path]
    .filter((part) => part !== undefined && part !== '')
    .join('/');
  return { canonical, target };
}
const PAGE_0 = location('page/0');

/** Files in memory, to see what is kept. */
function createTestFiles() {
  const kept = new Map<string, KeptPage>();
  const nameOf = ({ view, page }: PageIdentity) => `${view} | ${page}`;
  const files: PageFiles = {
    get: async (identity) => kept.get(nameOf(identity)),
    set: (identity, page) => void kept.set(nameOf(identity), page),
    forget(view) {
      for (const name of kept.keys()) if (name.startsWith(`${view} |`)) kept.delete(name);
    },
    usage: () => ({ files: kept.size, bytes: 0 }),
    stop: async () => undefined,
  };
  return { files, kept };
}

function createTestPages({ files }: { files?: PageFiles } = {}) {
  const state = { version: '1', droppedVersion: '0', rendered: 0, answer: 'final' as string };
  const view = (organisation: string, stream: string, name: string): ServedView | undefined =>
    stream === 'heat-stress'
      ? {
          organisation,
          stream,
          definition: viewDefinitionSchema.parse({ kind: 'by-page', name }),
          retention: undefined,
          version: state.version,
          droppedVersion: state.droppedVersion,
          closed: false,
        }
      : undefined;
  const run = (async () => {
    state.rendered += 1;
    if (state.answer === 'busy') return fail('readers-busy', 'too many');
    if (state.answer !== 'final' && state.answer !== 'open') return ok({ kind: state.answer });
    const etag = `"${state.rendered}"`;
    return ok({ kind: 'page', final: state.answer === 'final', etag, body: new Uint8Array([state.rendered]) });
  }) as unknown as ReadPool['run'];
  const pages = createFeedPages({
    publicBaseUrl: 'https://data.example',
    views: { find: view },
    readers: { run },
    ...(files && { files }),
    pagesBytesMax: 1_000_000,
    immutableMaxAgeSeconds: 604_800,
    openMaxAgeSeconds: 2,
  });
  return { pages, state };
}

describe('pages in memory', () => {
  test('a final page is made once and kept whatever is committed', async () => {
    const { pages, state } = createTestPages();
    const first = await pages.load(PAGE_0, 'turtle', 'br', PUBLIC_OF_OPEN_CLOUD);
    state.version = '2';
    expect(await pages.load(PAGE_0, 'turtle', 'br', PUBLIC_OF_OPEN_CLOUD)).toEqual(first);
    expect(state.rendered).toBe(1);
    const cached = pages.cached(PAGE_0.canonical, 'turtle', 'br', PUBLIC_OF_OPEN_CLOUD);
    expect(cached?.headers['Cache-Control']).toBe('public, max-age=604800, immutable');
    expect(pages.usage()).toMatchObject({ misses: 1, memoryHits: 2, fileHits: 0, pages: 1 });
  });

  test('a page is given from memory only to who may read its stream', async () => {
    const { pages, state } = createTestPages();
    await pages.load(PAGE_0, 'turtle', 'br', PUBLIC_OF_OPEN_CLOUD);
    const stranger = { identity: 'nobody', mayRead: () => false, closed: ['demo/heat-stress'] };
    expect(pages.cached(PAGE_0.canonical, 'turtle', 'br', stranger)).toBeUndefined();
    expect(await pages.load(PAGE_0, 'turtle', 'br', stranger)).toMatchObject({ fault: { code: 'absent' } });
    expect(pages.cached(PAGE_0.canonical, 'turtle', 'br', PUBLIC_OF_OPEN_CLOUD)).toBeDefined();
    expect(state.rendered).toBe(1);
  });

  test('an open page is made again when its view has changed, and only then', async () => {
    const { pages, state } = createTestPages();
    state.answer = 'open';
    await pages.load(PAGE_0, 'turtle', 'br', PUBLIC_OF_OPEN_CLOUD);
    const again = await pages.load(PAGE_0, 'turtle', 'br', PUBLIC_OF_OPEN_CLOUD);
    expect(state.rendered).toBe(1);
    expect(again.ok && again.value.headers['Cache-Control']).toBe('public, max-age=2');
    expect(pages.cached(PAGE_0.canonical, 'turtle', 'br', PUBLIC_OF_OPEN_CLOUD)).toBeUndefined();
    state.version = '2';
    await pages.load(PAGE_0, 'turtle', 'br', PUBLIC_OF_OPEN_CLOUD);
    expect(state.rendered).toBe(2);
  });

  test('what was committed while a page was made makes it again', async () => {
    const { pages, state } = createTestPages();
    state.answer = 'open';
    const slow = pages.load(PAGE_0, 'turtle', 'br', PUBLIC_OF_OPEN_CLOUD);
    state.version = '2';
    await slow;
    await pages.load(PAGE_0, 'turtle', 'br', PUBLIC_OF_OPEN_CLOUD);
    expect(state.rendered).toBe(2);
  });

  test('what retention has taken is not shown from memory', async () => {
    const { pages, state } = createTestPages();
    await pages.load(PAGE_0, 'turtle', 'br', PUBLIC_OF_OPEN_CLOUD);
    state.droppedVersion = '1';
    state.answer = 'dropped';
    expect(pages.cached(PAGE_0.canonical, 'turtle', 'br', PUBLIC_OF_OPEN_CLOUD)).toBeUndefined();
    expect(await pages.load(PAGE_0, 'turtle', 'br', PUBLIC_OF_OPEN_CLOUD)).toMatchObject({
      fault: { code: 'dropped' },
    });
  });

  test('many who ask for the same page at once wait for one rendering', async () => {
    const { pages, state } = createTestPages();
    await Promise.all(Array.from({ length: 20 }, () => pages.load(PAGE_0, 'turtle', 'gzip', PUBLIC_OF_OPEN_CLOUD)));
    expect(state.rendered).toBe(1);
  });

  test('formats and encodings are kept apart', async () => {
    const { pages, state } = createTestPages();
    for (const format of ['turtle', 'nquads'] as const) {
      for (const encoding of ['br', 'zstd', 'gzip', 'identity'] as const)
        await pages.load(PAGE_0, format, encoding, PUBLIC_OF_OPEN_CLOUD);
    }
    expect(state.rendered).toBe(8);
  });

  test.each(['absent', 'dropped', 'filling', 'busy'])(
    'no page is kept for an answer that is none: %s',
    async (answer) => {
      const { pages, state } = createTestPages();
      state.answer = answer;
      expect((await pages.load(PAGE_0, 'turtle', 'br', PUBLIC_OF_OPEN_CLOUD)).ok).toBe(false);
      state.answer = 'final';
      expect((await pages.load(PAGE_0, 'turtle', 'br', PUBLIC_OF_OPEN_CLOUD)).ok).toBe(true);
    },
  );

  test('nothing is read for a stream that is not served', async () => {
    const { pages, state } = createTestPages();
    const target = { ...PAGE_0.target, stream: 'device-status' };
    expect(await pages.load({ ...PAGE_0, target }, 'turtle', 'br', PUBLIC_OF_OPEN_CLOUD)).toMatchObject({
      fault: { code: 'absent' },
    });
    expect(state.rendered).toBe(0);
  });
});

describe('pages on disk', () => {
  test('a final page is read from there after a restart', async () => {
    const { files } = createTestFiles();
    const first = await createTestPages({ files }).pages.load(PAGE_0, 'turtle', 'br', PUBLIC_OF_OPEN_CLOUD);
    const { pages, state } = createTestPages({ files });
    expect(await pages.load(PAGE_0, 'turtle', 'br', PUBLIC_OF_OPEN_CLOUD)).toEqual(first);
    expect(state.rendered).toBe(0);
    expect(pages.usage()).toMatchObject({ misses: 0, fileHits: 1 });
  });

  test.each([
    ['an open page', 'open', PAGE_0],
    ['a root, which says what the configuration says', 'final', location('')],
    ['the document of a stream', 'final', { ...location('', undefined) }],
  ])('%s is not kept there', async (_, answer, where) => {
    const { files, kept } = createTestFiles();
    const { pages, state } = createTestPages({ files });
    state.answer = answer;
    await pages.load(where, 'turtle', 'br', PUBLIC_OF_OPEN_CLOUD);
    expect(kept.size).toBe(0);
  });

  test('what a view had there before retention took from it is neither read nor left', async () => {
    const { files, kept } = createTestFiles();
    const { pages, state } = createTestPages({ files });
    await pages.load(PAGE_0, 'turtle', 'br', PUBLIC_OF_OPEN_CLOUD);
    await pages.load(location('page/1'), 'turtle', 'br', PUBLIC_OF_OPEN_CLOUD);
    state.droppedVersion = '1';
    await pages.load(location('page/1'), 'turtle', 'br', PUBLIC_OF_OPEN_CLOUD);
    expect(state.rendered).toBe(3);
    expect([...kept.keys()]).toEqual([
      'https://data.example/ldes/demo/heat-stress/by-page 1 | /ldes/demo/heat-stress/by-page/page/1 turtle br',
    ]);
  });
});
