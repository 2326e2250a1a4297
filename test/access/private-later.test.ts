import type { Cloud } from '@meetbrug/cloud/src/main.ts';
import { afterEach, describe, expect, test } from 'vitest';
import { withFolder } from '../cloud/test-cloud.ts';
import { walkAsLdio } from './ldio-client.ts';
import { deliverMinutes, type PrivateCloudSettings, startPrivateCloud } from './private-cloud.ts';

const PATIENT = { timeout: 20_000 };
const running = new Set<Cloud>();
afterEach(async () => {
  for (const one of running) await one.stop();
  running.clear();
});

async function start(settings: PrivateCloudSettings): Promise<Cloud> {
  const started = await startPrivateCloud(settings);
  running.add(started);
  return started;
}

async function stop(one: Cloud): Promise<void> {
  running.delete(one);
  await one.stop();
}

describe('a stream that is made private later', () => {
  const membersOf = async (one: Cloud, feed: string) => {
    const { members, stoppedBy } = await walkAsLdio(one.ports.http, `/ldes/${feed}`, {});
    return stoppedBy ?? members.length;
  };

  test('gives the streams of all organisations nothing more; what they have stays, what it gains meanwhile never enters', {
    timeout: 60_000,
  }, async () => {
    await withFolder(async (dataDir) => {
      const open = await start({ dataDir, streams: '[]' });
      await deliverMinutes(open, 2);
      await expect.poll(() => membersOf(open, 'all/heat-stress'), PATIENT).toBe(2);
      await stop(open);

      const closed = await start({ dataDir });
      await deliverMinutes(closed, 3, 2);
      expect(await membersOf(closed, 'demo/heat-stress')).toBe(401);
      await expect.poll(() => membersOf(closed, 'all/heat-stress'), PATIENT).toBe(2);
      const latest = await walkAsLdio(closed.ports.http, '/ldes/all/heat-stress/latest', {});
      expect(latest.members).toEqual([]);
      await stop(closed);
      // Closed still, and for a while there is no stream of all organisations.
      const without = await start({ dataDir, allStreams: '[device-status]' });
      await deliverMinutes(without, 1, 5);
      await stop(without);

      const again = await start({ dataDir, streams: '[]' });
      await deliverMinutes(again, 1, 6);
      await expect.poll(() => membersOf(again, 'demo/heat-stress'), PATIENT).toBe(7);
      await expect.poll(() => membersOf(again, 'all/heat-stress'), PATIENT).toBe(3);
    });
  });
});
