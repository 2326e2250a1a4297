import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FeedStandIn, startFeedStandIn } from './feed-stand-in.ts';
import { replicateFollowing, replicateOnce } from './replicate.ts';

let feed: FeedStandIn;
let statePath: string;

beforeEach(async () => {
  feed = await startFeedStandIn({
    '/feed': { children: ['/feed/i0'] },
    '/feed/i0': { children: ['/feed/p0', '/feed/p1'] },
    '/feed/p0': { members: [1, 2], immutable: true },
    '/feed/p1': { members: [3] },
  });
  statePath = mkdtempSync(join(tmpdir(), 'replica-'));
});

afterEach(async () => {
  await feed.close();
  rmSync(statePath, { recursive: true, force: true });
});

function grow(): void {
  feed.put({
    '/feed/i0': { children: ['/feed/p0', '/feed/p1', '/feed/p2'] },
    '/feed/p1': { members: [3, 4], immutable: true },
    '/feed/p2': { members: [5] },
  });
}

describe('a replica made with ldes-client', () => {
  it('holds every member with its value after one run', async () => {
    const replica = await replicateOnce({ url: feed.rootUrl });
    expect([...replica.keys()].sort()).toEqual([1, 2, 3].map(feed.memberIri));
    expect(replica.get(feed.memberIri(2))).toMatchObject({ value: '2.5', isVersionOf: `${feed.origin}/reading/2` });
  });

  it('gets only what is new in a second run with saved state', async () => {
    await replicateOnce({ url: feed.rootUrl, statePath });
    grow();
    const replica = await replicateOnce({ url: feed.rootUrl, statePath });
    expect([...replica.keys()].sort()).toEqual([4, 5].map(feed.memberIri));
  });

  it('follows a feed that grows until the condition holds', async () => {
    const replica = await replicateFollowing({
      url: feed.rootUrl,
      pollIntervalMs: 50,
      timeoutMs: 20_000,
      until: ({ size }) => {
        if (size === 3) grow();
        return size === 5;
      },
    });
    expect([...replica.keys()].sort()).toEqual([1, 2, 3, 4, 5].map(feed.memberIri));
  });

  it('fails when a page is gone', async () => {
    feed.put({ '/feed/i0': { children: ['/feed/p0', '/feed/gone'] } });
    await expect(replicateOnce({ url: feed.rootUrl })).rejects.toThrow(/404|gone/);
  });

  it('fails with what it saw when the condition never holds', async () => {
    const options = { url: feed.rootUrl, pollIntervalMs: 50, timeoutMs: 4_000, until: () => false };
    await expect(replicateFollowing(options)).rejects.toThrow('3 members after 4000 ms');
  });
});
