import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cloud } from '@meetbrug/cloud/src/main.ts';
import { type RunningEdge, startEdge } from '@meetbrug/edge/src/main.ts';
import { connectAsync } from 'mqtt';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SECRET, startTestCloud, withFolder } from '../cloud/test-cloud.ts';
import { freePorts } from '../harness/free-port.ts';
import { waitFor } from '../harness/wait-for.ts';
import { walkPages } from '../walker/walk-pages.ts';
import { distanceMessage, levelConfig, type PlaceChange } from './level-sensor.ts';

const T0 = Date.UTC(2026, 6, 1);
const HOUR_MS = 3_600_000;
const WAIT_MS = 10_000;
const instant = (hour: number) => new Date(T0 + hour * HOUR_MS).toISOString();

let edge: RunningEdge | undefined;
let cloud: Cloud | undefined;

beforeEach(() => {
  edge = undefined;
  cloud = undefined;
});
afterEach(async () => {
  await edge?.stop();
  await cloud?.stop();
});

async function startEdgeWith(folder: string, history: readonly PlaceChange[]): Promise<void> {
  const secretFile = join(folder, 'secret');
  writeFileSync(secretFile, SECRET);
  const link = { url: `mqtt://127.0.0.1:${cloud?.ports.mqtt}`, secretFile, ackTimeoutMs: 1_000, reconnectMsMax: 200 };
  const config = levelConfig(history, { edge: 'edge-a', cloud: link });
  edge = await startEdge(config, { dataDir: join(folder, 'edge'), logger: pino({ level: 'silent' }), nowMs: Date.now });
}

async function publish(hours: readonly number[]): Promise<void> {
  const client = await connectAsync(`mqtt://127.0.0.1:${edge?.ports.mqtt}`, { reconnectPeriod: 0 });
  for (const hour of hours) {
    const { topic, payload } = distanceMessage(hour + 1, T0 + hour * HOUR_MS, 1_250);
    await client.publishAsync(topic, Buffer.from(payload), { qos: 1 });
  }
  await client.endAsync(true);
}

/** Versions of the levels in TAW in the order of the feed: [hour, value]. */
async function levelsInFeed(memberCount: number): Promise<(readonly [hour: number, value: string | undefined])[]> {
  const rootUrl = `${cloud?.publicBaseUrl}/ldes/demo/water-level/by-page`;
  const view = await waitFor(
    async () => {
      const walked = await walkPages({ rootUrl });
      return walked.members.size >= memberCount ? walked : undefined;
    },
    WAIT_MS,
    () => `fewer than ${memberCount} members`,
  );
  expect(view.faults).toEqual([]);
  expect(view.members.size).toBe(memberCount);
  return [...view.members.values()]
    .filter(({ isVersionOf }) => isVersionOf?.includes('waterpeil-mtaw'))
    .map(
      ({ isVersionOf = '', value }) =>
        [(Date.parse(isVersionOf.split('/').at(-1) ?? '') - T0) / HOUR_MS, value] as const,
    )
    .sort(([a], [b]) => a - b);
}

async function descriptionsInFeed(): Promise<string> {
  const view = await walkPages({ rootUrl: `${cloud?.publicBaseUrl}/ldes/demo/sensors/by-page` });
  const bodies = await Promise.all(
    [...view.pages.keys()].map(async (url) =>
      (await fetch(url, { headers: { accept: 'application/n-quads' } })).text(),
    ),
  );
  return bodies.join('');
}

describe('a mounting height that is changed with a date in the past', () => {
  it('reaches the feed as new versions of the levels since then, and of no others', async () => {
    await withFolder(async (folder) => {
      const [httpPort = 0] = await freePorts(1);
      const publicBaseUrl = `http://127.0.0.1:${httpPort}`;
      cloud = await startTestCloud({ dataDir: join(folder, 'cloud'), httpPort, publicBaseUrl, pageSize: 4, fanOut: 4 });
      await startEdgeWith(folder, []);
      await publish([0, 1, 2, 3]);
      // Distance, local level and level in TAW of each uplink.
      expect(await levelsInFeed(12)).toEqual([0, 1, 2, 3].map((hour) => [hour, '7.57']));

      await edge?.stop();
      await startEdgeWith(folder, [{ validFrom: instant(2), mountingHeightMetres: 3.1 }]);
      expect(await levelsInFeed(16)).toEqual([
        [0, '7.57'],
        [1, '7.57'],
        [2, '7.57'],
        [2, '7.47'],
        [3, '7.57'],
        [3, '7.47'],
      ]);
      expect(await descriptionsInFeed()).toContain(instant(2).replace('.000Z', 'Z'));

      await publish([4]);
      expect((await levelsInFeed(19)).at(-1)).toEqual([4, '7.47']);
      await cloud.stop();
    });
  });
});
