import { existsSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { Cloud } from '@meetbrug/cloud/src/main.ts';
import { describe, expect, test } from 'vitest';
import { withFolder } from '../cloud/test-cloud.ts';
import { waitFor } from '../harness/wait-for.ts';
import { type Answer, ask, deliverMinutes, type HttpCloudSettings, startHttpCloud } from './http-cloud.ts';

const CLOSED = '/ldes/demo/heat-stress/by-page/page/0';
const BASE = 'https://data.example';

async function counters(cloud: Cloud): Promise<Record<string, number>> {
  const text = (await ask(cloud.ports.http, '/metrics')).body.toString();
  return Object.fromEntries(
    [...text.matchAll(/^meetbrug_cloud_(\w+) (\d+)$/gm)].map(([, name, value]) => [name, Number(value)]),
  );
}

function pageFiles(dataDir: string): string[] {
  const folder = join(dataDir, 'page-cache');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.parentPath !== folder)
    .map((entry) => join(entry.parentPath, entry.name));
}

const closedPage = (cloud: Cloud) => ask(cloud.ports.http, CLOSED, { 'accept-encoding': 'gzip' });
const essence = ({ status, body, headers: { date: _date, ...headers } }: Answer) => ({ status, body, headers });

/** Delivers, reads the closed page, and does something to the folder between that program and the next. */
async function acrossRestart(
  between: (dataDir: string) => void,
  look: (cloud: Cloud, first: Answer, dataDir: string) => Promise<void>,
  settings: Partial<HttpCloudSettings> = {},
): Promise<void> {
  await withFolder(async (dataDir) => {
    const start = () => startHttpCloud({ dataDir, publicBaseUrl: BASE, ...settings });
    const first = await start();
    await deliverMinutes(first, 5);
    const answered = await closedPage(first);
    await first.stop();
    between(dataDir);
    const second = await start();
    await look(second, answered, dataDir);
    await second.stop();
  });
}

describe('pages on disk', () => {
  test('answer the next program byte for byte, without another rendering', async () => {
    const nothing = () => undefined;
    await acrossRestart(nothing, async (cloud, first) => {
      const listed = async () => ((await counters(cloud)).page_file_bytes ?? 0) > 4_096 || undefined;
      await waitFor(listed, 10_000, () => 'the page on disk is not found');
      expect(essence(await closedPage(cloud))).toEqual(essence(first));
      expect(essence(await closedPage(cloud))).toEqual(essence(first));
      expect(await counters(cloud)).toMatchObject({
        pages_made_total: 0,
        pages_from_disk_total: 1,
        pages_from_memory_total: 1,
      });
    });
  });

  test.each([
    ['deleted', (dataDir: string) => rmSync(join(dataDir, 'page-cache'), { recursive: true })],
    ['torn', (dataDir: string) => pageFiles(dataDir).forEach((file) => void truncateSync(file, 300))],
  ])('that were %s are made again, byte for byte', async (_, damage) => {
    await acrossRestart(damage, async (cloud, first, dataDir) => {
      expect(essence(await closedPage(cloud))).toEqual(essence(first));
      expect(await counters(cloud)).toMatchObject({ pages_made_total: 1, pages_from_disk_total: 0 });
      const filed = () => pageFiles(dataDir).length === 1 || undefined;
      await waitFor(filed, 5_000, () => 'the page is not on disk again');
    });
  });

  test('of a store that was deleted are never shown for the next one', async () => {
    const deleteStore = (dataDir: string) => {
      for (const name of readdirSync(dataDir)) {
        if (/\.sqlite(-wal|-shm)?$/.test(name)) rmSync(join(dataDir, name));
      }
    };
    await acrossRestart(deleteStore, async (cloud) => {
      expect((await closedPage(cloud)).status).toBe(404);
      await deliverMinutes(cloud, 5);
      const other = await closedPage(cloud);
      expect(other.status).toBe(200);
      expect(await counters(cloud)).toMatchObject({ pages_from_disk_total: 0 });
    });
  });

  test('are not kept at all when they may have no bytes', async () => {
    const nothing = () => undefined;
    const look = async (cloud: Cloud, first: Answer, dataDir: string) => {
      expect(essence(await closedPage(cloud))).toEqual(essence(first));
      expect(await counters(cloud)).toMatchObject({ pages_made_total: 1, page_file_bytes: 0 });
      expect(readdirSync(dataDir)).not.toContain('page-cache');
    };
    await acrossRestart(nothing, look, { diskBytesMax: 0 });
  });
});
