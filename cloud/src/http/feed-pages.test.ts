import { ok } from '@meetbrug/protocols/result';
import { describe, expect, test } from 'vitest';
import type { ReadPool } from '../read/read-pool.ts';
import { createFeedPages } from './feed-pages.ts';

const FEED = {
  organisation: 'demo',
  stream: 'heat-stress',
  title: 'Demo',
  pollingIntervalSeconds: 5,
  pageSize: 2,
  fanOut: 2,
};
const PATH = '/ldes/demo/heat-stress/by-page';

function target(node: 'root' | { level: number; index: number } | undefined, stream = 'heat-stress') {
  return { organisation: 'demo', stream, node };
}

function createTestPages(memberCount: number) {
  const state = { memberCount, rendered: 0 };
  const readers = {
    async run() {
      state.rendered += 1;
      return ok({ body: new Uint8Array([state.rendered]), etag: `"${state.rendered}"` });
    },
  } as Pick<ReadPool, 'run'>;
  const pages = createFeedPages({
    feeds: new Map([['demo/heat-stress', FEED]]),
    head: (organisation, name) => ({ id: 1, organisation, name, memberCount: state.memberCount, lastStampMs: 0 }),
    readers,
    pagesBytesMax: 1_000_000,
    immutableMaxAgeSeconds: 604_800,
    openMaxAgeSeconds: 2,
  });
  return { pages, state };
}

describe('pages in memory', () => {
  test('a full page is made once and kept for ever', async () => {
    const { pages, state } = createTestPages(2);
    const load = () => pages.load(`${PATH}/page/0`, target({ level: 0, index: 0 }), 'turtle', 'br');
    const first = await load();
    state.memberCount = 100;
    expect(await load()).toEqual(first);
    expect(state.rendered).toBe(1);
    expect(pages.cached(`${PATH}/page/0`, 'turtle', 'br')?.headers['Cache-Control']).toBe(
      'public, max-age=604800, immutable',
    );
  });

  test('an open page is made again when its stream has grown, and only then', async () => {
    const { pages, state } = createTestPages(1);
    const load = () => pages.load(`${PATH}/page/0`, target({ level: 0, index: 0 }), 'turtle', 'br');
    await load();
    const again = await load();
    expect(state.rendered).toBe(1);
    expect(again.ok && again.value.headers['Cache-Control']).toBe('public, max-age=2');
    expect(pages.cached(`${PATH}/page/0`, 'turtle', 'br')).toBeUndefined();
    state.memberCount = 2;
    await load();
    expect(state.rendered).toBe(2);
  });

  test('many who ask for the same page at once wait for one rendering', async () => {
    const { pages, state } = createTestPages(3);
    await Promise.all(Array.from({ length: 20 }, () => pages.load(PATH, target('root'), 'turtle', 'gzip')));
    expect(state.rendered).toBe(1);
  });

  test('formats and encodings are kept apart', async () => {
    const { pages, state } = createTestPages(3);
    for (const format of ['turtle', 'nquads'] as const) {
      for (const encoding of ['br', 'gzip', 'identity'] as const)
        await pages.load(PATH, target('root'), format, encoding);
    }
    expect(state.rendered).toBe(6);
  });

  test.each([
    ['a page that has no member yet', target({ level: 0, index: 1 })],
    ['an index node that does not exist yet', target({ level: 2, index: 0 })],
    ['a stream that is not served', target('root', 'device-status')],
  ])('%s is not there, and nothing is read for it', async (_, where) => {
    const { pages, state } = createTestPages(2);
    expect(pages.exists(where)).toBe(false);
    expect(await pages.load(PATH, where, 'turtle', 'br')).toMatchObject({ fault: { code: 'no-such-page' } });
    expect(state.rendered).toBe(0);
  });
});
