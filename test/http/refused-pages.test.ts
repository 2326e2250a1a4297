import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { MEDIA_TYPES } from '@meetbrug/protocols/ldes';
import { expect, test } from 'vitest';
import { withFolder } from '../cloud/test-cloud.ts';
import { T0 } from '../cloud/test-edge.ts';
import { waitFor } from '../harness/wait-for.ts';
import { ask, deliverMinutes, startHttpCloud } from './http-cloud.ts';

const BASE = 'https://data.example/stad';
const ROOT = '/ldes/demo/heat-stress/by-time';
const JULY = `${ROOT}/2026-07`;
const PAGE = `${JULY}/01/2026/07/01/12/page/0`;
const DAY_MS = 86_400_000;

function filesOf(dataDir: string): string[] {
  return readdirSync(join(dataDir, 'page-cache'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/^lineage/.test(entry.name))
    .map(({ name }) => name);
}

test('what retention took leads to the root of its view, and is gone from the disk', async () => {
  await withFolder(async (dataDir) => {
    const clock = { nowMs: T0 };
    const start = () => startHttpCloud({ dataDir, publicBaseUrl: BASE, byTimeDays: 30, nowMs: () => clock.nowMs });
    const first = await start();
    await deliverMinutes(first, 5);
    clock.nowMs += 70 * DAY_MS;
    await deliverMinutes(first, 1, 5);
    const closed = async () => {
      const { headers } = await ask(first.ports.http, JULY);
      return headers['cache-control']?.includes('immutable') || undefined;
    };
    await waitFor(closed, 10_000, () => `${JULY} is not closed`);
    const page = await ask(first.ports.http, PAGE);
    expect([page.status, page.headers['cache-control']]).toEqual([200, 'public, max-age=604800, immutable']);
    await first.stop();
    expect(filesOf(dataDir)).toHaveLength(2);

    const second = await start();
    const { port } = { port: second.ports.http };
    const dropped = async () => ((await ask(port, JULY)).status === 307 ? true : undefined);
    await waitFor(dropped, 10_000, () => `${JULY} is still there`);
    for (const path of [JULY, PAGE, `${JULY}/01`]) {
      const { status, headers } = await ask(port, path, { accept: MEDIA_TYPES.nquads });
      expect([path, status, headers.location]).toEqual([path, 307, `${BASE}${ROOT}`]);
    }
    const root = await ask(port, ROOT, { accept: MEDIA_TYPES.nquads });
    expect(root.status).toBe(200);
    expect(root.body.toString()).not.toContain(JULY);
    await second.stop();
    expect(filesOf(dataDir)).toEqual([]);
  });
});

test('a reader who comes when too many wait is told to come back', async () => {
  await withFolder(async (dataDir) => {
    const cloud = await startHttpCloud({ dataDir, publicBaseUrl: BASE, waitingMax: 1 });
    await deliverMinutes(cloud, 100);
    const name = 'meetpunt-1.sensor-1.luchttemperatuur.momentaan';
    const paths = Array.from({ length: 100 }, (_, minute) => {
      const begin = new Date(T0 + minute * 60_000).toISOString().replace('.000', '');
      return `/id/demo/observatie/${name}/${begin}`;
    });
    const answers = await Promise.all(paths.map((path) => ask(cloud.ports.http, path)));
    const busy = answers.filter(({ status }) => status === 429);
    expect(busy.length).toBeGreaterThan(0);
    expect(busy.length + answers.filter(({ status }) => status === 200).length).toBe(100);
    for (const { headers } of busy) {
      expect([headers['content-type'], headers['retry-after']]).toEqual(['application/problem+json', '1']);
    }
    // Once the others are served, so is the next.
    expect((await ask(cloud.ports.http, paths[0] ?? '')).status).toBe(200);
    await cloud.stop();
  });
});
