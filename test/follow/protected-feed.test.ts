import { createKey, revokeKey } from '@meetbrug/cloud/src/access/keys-command.ts';
import { loadConfig } from '@meetbrug/cloud/src/config/load-config.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { waitFor } from '../harness/wait-for.ts';
import { createFollowingCloud, type FollowingCloud, type RunningFollower } from './following-cloud.ts';
import { startForeignFeed } from './foreign-server.ts';

/** The stamp of the second cloud: members carry that of the first already. */
const SECOND_STAMP = 'https://second.example/ns#receivedAt';

describe('a protected stream of one cloud, followed by another', () => {
  const ends: (() => Promise<void> | void)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  async function start(cloud: FollowingCloud): Promise<RunningFollower> {
    const running = await cloud.start();
    ends.push(() => running.cloud.stop());
    return running;
  }

  it('is copied with a key, and no further once the key is revoked', async () => {
    const foreign = await startForeignFeed();
    ends.push(foreign.stop);
    foreign.publish(25);
    const first = await createFollowingCloud([{ url: foreign.url }], {
      access: { streams: [{ organisation: 'demo', stream: 'copy', to: 'key' }] },
    });
    ends.push(first.remove);
    const publisher = await start(first);
    const loaded = loadConfig(first.configFile);
    if (!loaded.ok) throw new Error(loaded.fault.detail);
    const workplace = { config: loaded.value.config, dataDir: first.dataDir, nowMs: Date.now() };
    const made = createKey(workplace, { name: 'the second cloud', streams: ['demo/copy'], rights: ['read'] });
    if (!made.ok) throw new Error(made.fault.detail);
    const url = `${publisher.cloud.publicBaseUrl}/ldes/demo/copy/by-page`;
    await hasCopied(publisher, 25);
    expect((await fetch(url)).status).toBe(401);

    const second = await createFollowingCloud([{ url, apiKeyFile: 'key' }], {
      outside: [{ organisation: 'demo', name: 'copy', title: 'Kopie', stampPredicate: SECOND_STAMP }],
    });
    ends.push(second.remove);
    second.writeFile('key', `${made.value.key}\n`);
    const follower = await start(second);
    const view = await follower.holds(25);
    expect([...view.members.keys()].sort()).toEqual(foreign.expected().sort());

    expect(revokeKey(workplace, made.value.id)).toMatchObject({ ok: true });
    await waitFor(
      async () => ((await follower.metric(`meetbrug_cloud_follow_standing{feed="${url}"`)) === 1 ? true : undefined),
      20_000,
      () => 'nobody notices that the key is revoked',
    );
    foreign.publish(5);
    await hasCopied(publisher, 30);
    expect((await follower.walk()).members.size).toBe(25);
  });
});

/** Its own pages are closed to the test as well. */
function hasCopied(publisher: RunningFollower, members: number): Promise<true> {
  return waitFor(
    async () => ((await publisher.metric('meetbrug_cloud_follow_members_total')) === members ? true : undefined),
    20_000,
    () => 'the first cloud has not copied the feed',
  );
}
