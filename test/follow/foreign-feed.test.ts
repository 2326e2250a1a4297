import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { waitFor } from '../harness/wait-for.ts';
import {
  createFollowingCloud,
  type FollowingCloud,
  type RunningFollower,
  STAMP,
  statementsOf,
} from './following-cloud.ts';
import { type ForeignFeed, type ForeignFeedOptions, type Mishap, startForeignFeed } from './foreign-server.ts';

describe('a feed of another server', () => {
  const open: { feed?: ForeignFeed; folder?: FollowingCloud; follower?: RunningFollower } = {};
  afterEach(async () => {
    await open.follower?.cloud.stop();
    await open.feed?.stop();
    open.folder?.remove();
    for (const name of ['feed', 'folder', 'follower'] as const) delete open[name];
  });

  async function follow(options: ForeignFeedOptions, members: number, settings: object = {}) {
    const feed = await startForeignFeed(options);
    open.feed = feed;
    feed.publish(members);
    const folder = await createFollowingCloud([{ url: feed.url, ...settings }]);
    open.folder = folder;
    folder.writeFile('key', 'a-key-of-a-test\n');
    return { feed, folder, start: async () => (open.follower = await folder.start()) };
  }
  const iris = (view: Awaited<ReturnType<RunningFollower['walk']>>) => [...view.members.keys()].sort();

  it('is copied, with what is added later: versions and states, whatever says that a page is closed', async () => {
    const kinds: Readonly<Record<string, ForeignFeedOptions>> = {
      'closed-by-header': {},
      'closed-by-triple': { finalBy: 'ldes:immutable' },
      'never-closed': { finalBy: 'nothing' },
      states: { objects: 'states' },
    };
    const feeds = await Promise.all(
      Object.entries(kinds).map(async ([stream, options]) => ({ stream, feed: await startForeignFeed(options) })),
    );
    open.folder = await createFollowingCloud(feeds.map(({ stream, feed }) => ({ stream, url: feed.url })));
    for (const { feed } of feeds) feed.publish(43);
    const follower = await open.folder.start();
    open.follower = follower;
    for (const members of [43, 72]) {
      for (const { stream, feed } of feeds) {
        const view = await follower.holds(members, stream);
        expect([stream, iris(view)]).toEqual([stream, feed.expected().sort()]);
        expect(view.faults).toEqual([]);
        const entities = [...view.members.values()].map(({ isVersionOf }) => isVersionOf?.replace(/\d+$/, ''));
        expect(new Set(entities)).toEqual(new Set(['https://meters.example/id/meter/']));
      }
      if (members === 43) for (const { feed } of feeds) feed.publish(29);
    }
    await Promise.all(feeds.map(({ feed }) => feed.stop()));
  });

  it('says in the copy what it said there, and our stamp', async () => {
    const { feed, start } = await follow({}, 3);
    const view = await (await start()).holds(3);
    const [iri = ''] = feed.expected();
    const [page = ''] = view.members.get(iri)?.pages ?? [];
    const said = await statementsOf(page, iri);
    expect(said.filter((line) => !line.includes(STAMP))).toEqual(
      [
        `_: https://meters.example/ns#kWh 0.50`,
        `_: https://meters.example/ns#note één, "twee"`,
        `${iri} http://purl.org/dc/terms/created 2026-03-01T00:00:00.000Z`,
        `${iri} http://purl.org/dc/terms/isVersionOf https://meters.example/id/meter/0`,
        `${iri} https://meters.example/ns#reading _:`,
      ].sort(),
    );
    expect(said.filter((line) => line.includes(STAMP))).toHaveLength(1);
  });

  it('asks for a closed page once, over restarts too, and for an open one only when it is stale', async () => {
    const { feed, start } = await follow({}, 95);
    const first = await start();
    await first.holds(95);
    await first.cloud.stop();
    feed.publish(20);
    const second = await start();
    await second.holds(115);
    const times = (path: string) => feed.answered.filter((one) => one === path).length;
    expect([1, 2, 3, 4, 5, 6, 7, 8, 9].map((page) => times(`/meter/feed?pageNumber=${page}`))).toEqual(
      Array(9).fill(1),
    );
    const before = times('/meter/feed');
    const startMs = Date.now();
    await waitFor(
      () => (times('/meter/feed') >= before + 2 ? true : undefined),
      10_000,
      () => 'the root is not asked for again',
    );
    expect(Date.now() - startMs).toBeGreaterThan(900);
    // An answer of 304 costs nothing but the request.
    expect(
      await second.metric(
        `meetbrug_cloud_follow_requests_total{feed="${feed.url}",stream="demo/copy",outcome="unchanged"}`,
      ),
    ).toBeGreaterThan(0);
  });

  it('is copied through refusals, errors and answers that break off', async () => {
    const mishaps: readonly (Mishap | undefined)[] = [
      { kind: 'status', status: 503 },
      undefined,
      { kind: 'status', status: 429, headers: { 'retry-after': '1' } },
      { kind: 'status', status: 500 },
      { kind: 'cut' },
    ];
    // Every page of the feed gets a mishap on its first request.
    const seen = new Set<string>();
    const mishap = (path: string, request: number) => {
      if (seen.has(path)) return undefined;
      seen.add(path);
      return mishaps[request % mishaps.length];
    };
    const { feed, start } = await follow({ mishap }, 32);
    const follower = await start();
    expect(iris(await follower.holds(32))).toEqual(feed.expected().sort());
    const series = (what: string) => `meetbrug_cloud_follow_${what}{feed="${feed.url}",stream="demo/copy"`;
    expect(await follower.metric(`${series('requests_total')},outcome="failed"}`)).toBeGreaterThan(2);
    await waitFor(
      async () => ((await follower.metric(`${series('standing')}}`)) === 0 ? true : undefined),
      5_000,
      () => 'it counts as standing',
    );
    expect(await follower.metric(`${series('members_total')},outcome="created"}`)).toBe(32);
  });

  it('is whole again after an older store was put back: what is remembered of it is then ahead and does not count', async () => {
    const { feed, start, folder } = await follow({}, 20);
    const store = join(folder.dataDir, 'cloud.sqlite');
    const first = await start();
    await first.holds(20);
    await first.cloud.stop();
    const parts = ['', '-wal'].map((suffix) => `${store}${suffix}`).filter(existsSync);
    for (const part of parts) copyFileSync(part, `${part}.backup`);
    feed.publish(25);
    const second = await start();
    await second.holds(45);
    await second.cloud.stop();
    for (const suffix of ['-wal', '-shm']) rmSync(`${store}${suffix}`, { force: true });
    for (const part of parts) renameSync(`${part}.backup`, part);
    const third = await start();
    expect(iris(await third.holds(45))).toEqual(feed.expected().sort());
  });

  it('shows its key to the publisher, and says when it is the wrong one', async () => {
    const { feed, start, folder } = await follow({ apiKey: 'a-key-of-a-test' }, 5, { apiKeyFile: 'key' });
    const follower = await start();
    await follower.holds(5);
    await follower.cloud.stop();
    folder.writeFile('key', 'another-key');
    const refused = await start();
    await waitFor(
      async () =>
        (await refused.metric(`meetbrug_cloud_follow_standing{feed="${feed.url}"`)) === 1 ? true : undefined,
      10_000,
      () => 'nobody notices that the key is wrong',
    );
  });
});
