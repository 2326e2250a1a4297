import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { closeStream } from '@meetbrug/cloud/src/log/close-stream.ts';
import { type Cloud, startCloud } from '@meetbrug/cloud/src/main.ts';
import { describe, expect, test } from 'vitest';
import { startTestCloud, type TestCloudSettings, testConfig, withFolder } from '../cloud/test-cloud.ts';
import { connectEdge, heatDescription, T0, uplink } from '../cloud/test-edge.ts';
import { waitFor } from '../harness/wait-for.ts';
import { walkPages } from '../walker/walk-pages.ts';

const VIEWS = ['by-time', 'by-location', 'by-property', 'by-datastream', 'latest'];
const DESCRIPTION = heatDescription(1);
const SMALL = 'pageSize: 3, fanOut: 2';
const LDES = `views: [${VIEWS.map((kind) => `{ kind: ${kind}${kind === 'latest' ? '' : `, ${SMALL}`} }`).join(', ')}], allStreams: [heat-stress]`;

function settingsIn(dataDir: string): TestCloudSettings {
  return { dataDir, pageSize: 3, fanOut: 2, ldes: LDES };
}

async function deliver(cloud: Cloud, first: number, count: number) {
  const edge = await connectEdge(cloud.ports.mqtt);
  const acknowledgement = await edge.deliver({
    datastreams: [[DESCRIPTION.datastream, 1]],
    descriptions: [DESCRIPTION],
    uplinks: Array.from({ length: count }, (_, index) =>
      uplink(first + index, T0 + (first + index) * 60_000, `${index % 30}.5`),
    ),
  });
  await edge.end();
  return acknowledgement;
}

function rootOf(cloud: Cloud, view: string, organisation = 'demo'): string {
  return `${cloud.publicBaseUrl}/ldes/${organisation}/heat-stress/${view}`;
}

/** Members of a view once it answers; the structure must be sound. */
async function membersOf(cloud: Cloud, view: string, organisation = 'demo'): Promise<string[]> {
  const { members, faults } = await walkPages({ rootUrl: rootOf(cloud, view, organisation) });
  expect(faults).toEqual([]);
  return [...members.keys()].toSorted();
}

const PATIENCE_MS = 20_000;

/** The views are filled behind the commit. */
async function waitForMembers(cloud: Cloud, view: string, count: number, organisation = 'demo'): Promise<string[]> {
  const ask = async () => {
    if ((await fetch(rootOf(cloud, view, organisation))).status !== 200) return undefined;
    const members = await membersOf(cloud, view, organisation);
    return members.length === count ? members : undefined;
  };
  return waitFor(ask, PATIENCE_MS, () => `${organisation} has not ${count} members in ${view}`);
}

describe('the views of a running cloud', () => {
  test('show what is acknowledged, in the stream and in that of all organisations, also after a restart without an index', async () => {
    await withFolder(async (dataDir) => {
      const cloud = await startTestCloud(settingsIn(dataDir));
      await deliver(cloud, 1, 20);
      const expected = await waitForMembers(cloud, 'by-page', 20);
      for (const view of VIEWS.filter((name) => name !== 'latest')) {
        expect(await waitForMembers(cloud, view, 20), view).toEqual(expected);
        expect(await waitForMembers(cloud, view, 20, 'all'), view).toEqual(expected);
      }
      expect(await waitForMembers(cloud, 'latest', 1)).toEqual([expect.stringContaining('#20')]);
      expect(await waitForMembers(cloud, 'latest', 1, 'all')).toEqual([expect.stringContaining('#20')]);
      await cloud.stop();
      for (const suffix of ['', '-wal', '-shm']) rmSync(join(dataDir, `views.sqlite${suffix}`), { force: true });
      const { publicBaseUrl, ports } = cloud;
      const again = await startTestCloud({ ...settingsIn(dataDir), publicBaseUrl, httpPort: ports.http });
      for (const view of VIEWS.filter((name) => name !== 'latest')) {
        expect(await waitForAnswer(again, view), view).toBe(200);
        expect(await membersOf(again, view), view).toEqual(expected);
      }
      await again.stop();
    });
  });

  test('stay when they are taken out of the configuration, and are refused with another definition', async () => {
    await withFolder(async (dataDir) => {
      const cloud = await startTestCloud(settingsIn(dataDir));
      await deliver(cloud, 1, 4);
      await cloud.stop();
      const publicBaseUrl = cloud.publicBaseUrl;
      const silent = { info: () => undefined, warn: () => undefined, fatal: () => undefined };
      const other = { publicBaseUrl, pageSize: 3, fanOut: 2, ldes: 'views: [{ kind: by-time, pageSize: 4 }]' };
      const refused = await startCloud(testConfig(other), { dataDir, logger: silent });
      expect(refused.ok ? '' : refused.fault.detail).toMatch(
        /pageSize of by-time is 4, published with 3.*add a new view/,
      );
      const without = await startTestCloud({
        dataDir,
        pageSize: 3,
        fanOut: 2,
        publicBaseUrl,
        httpPort: cloud.ports.http,
      });
      await deliver(without, 5, 3);
      expect(await waitForMembers(without, 'by-time', 7)).toHaveLength(7);
      await without.stop();
    });
  });

  test('are final, roots included, once the stream is closed beside the running cloud', async () => {
    await withFolder(async (dataDir) => {
      const cloud = await startTestCloud(settingsIn(dataDir));
      await deliver(cloud, 1, 7);
      await waitForMembers(cloud, 'by-time', 7);
      expect(closeStream(join(dataDir, 'cloud.sqlite'), 'demo/heat-stress')).toMatchObject({ ok: true });
      for (const view of ['by-page', ...VIEWS]) {
        await waitFor(
          () => isFinal(rootOf(cloud, view)),
          PATIENCE_MS,
          () => `${view} is not final`,
        );
        const { pages } = await walkPages({ rootUrl: rootOf(cloud, view) });
        expect([...pages.values()].filter(({ immutable }) => !immutable)).toEqual([]);
      }
      expect(await deliver(cloud, 8, 1)).toMatchObject({ acknowledged: [[8, 8]], refused: [[8, 0, 'stream-closed']] });
      await cloud.stop();
    });
  });
});

async function isFinal(url: string): Promise<true | undefined> {
  const { headers } = await fetch(url);
  return headers.get('cache-control')?.includes('immutable') ? true : undefined;
}

/** Its status, once it is no longer being filled. */
async function waitForAnswer(cloud: Cloud, view: string): Promise<number> {
  const ask = async () => {
    const { status } = await fetch(rootOf(cloud, view));
    return status === 503 ? undefined : status;
  };
  return waitFor(ask, PATIENCE_MS, () => `${view} is still being filled`);
}
