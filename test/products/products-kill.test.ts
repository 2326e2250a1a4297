import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStoreForReading } from '@meetbrug/cloud/src/log/open-store.ts';
import { expect, test } from 'vitest';
import { SECRET, withFolder } from '../cloud/test-cloud.ts';
import { connectEdge, heatDescription } from '../cloud/test-edge.ts';
import { freePorts } from '../harness/free-port.ts';
import { createProgram } from '../harness/program.ts';
import { waitFor } from '../harness/wait-for.ts';
import { hourlyBatches } from './hourly-days.ts';

const CLOUD_CLI = fileURLToPath(new URL('../../cloud/src/cli.ts', import.meta.url));
/** Midnight in Brussels; no change of summer time in the days behind it. */
const FIRST_MS = Date.UTC(2026, 3, 1, 22);
const DAYS = 200;
const KILLS = 4;
const DAY_MS = 86_400_000;

test('products that a cloud was killed over are each published once, in rising revisions, and none is lost', async () => {
  await withFolder(async (folder) => {
    const [http = 0, mqtt = 0] = await freePorts(2);
    writeFileSync(join(folder, 'secret'), SECRET);
    writeFileSync(
      join(folder, 'cloud.yaml'),
      `publicBaseUrl: http://127.0.0.1:${http}
http: { port: ${http} }
mqtt: { port: ${mqtt} }
organisations: [{ name: demo, label: Demo }]
edges: [{ name: edge-a, organisation: demo, secretFile: secret }]
readers: { workers: 1 }
products: { settleMinutes: 0, heatDays: [{ threshold: 30 }], tropicalNights: [{ threshold: 20 }] }
`,
    );
    const dataDir = join(folder, 'data');
    const cloud = createProgram({
      name: 'cloud',
      nodeArguments: [CLOUD_CLI, 'serve', '--config', join(folder, 'cloud.yaml'), '--data-dir', dataDir],
      healthUrl: `http://127.0.0.1:${http}/healthz`,
    });
    const products = () => {
      const store = openStoreForReading(join(dataDir, 'cloud.sqlite'));
      try {
        return store
          .prepare<[], { key: string; beginMs: number; value: number; revision: number }>(
            `SELECT key, begin_ms AS beginMs, mantissa AS value, revision FROM log
            JOIN datastream ON datastream.id = log.datastream WHERE edge = 'cloud' ORDER BY ordinal`,
          )
          .all();
      } finally {
        store.close();
      }
    };
    try {
      await cloud.start();
      const edge = await connectEdge(mqtt);
      for (const batch of hourlyBatches(heatDescription(1), FIRST_MS, DAYS)) await edge.deliver(batch);
      await edge.end();
      const killedAt: number[] = [];
      for (let kill = 0; kill < KILLS; kill += 1) {
        const before = products().length;
        await waitFor(
          () => (products().length > Math.min(before + 20, 2 * DAYS - 1) ? true : undefined),
          30_000,
          () => `${products().length} products\n${cloud.output()}`,
        );
        await cloud.kill();
        killedAt.push(products().length);
        await cloud.start();
      }
      expect(killedAt[0]).toBeLessThan(2 * DAYS);
      await waitFor(
        () => (products().length >= 2 * DAYS ? true : undefined),
        60_000,
        () => `${products().length} of ${2 * DAYS} products\n${cloud.output()}`,
      );
      // What is there now would grow if anything were computed twice: a clean stop lets the last step end.
      await cloud.stop();
      const all = products();
      expect(all.length).toBe(2 * DAYS);
      expect(new Set(all.map(({ key, beginMs }) => `${key} ${beginMs}`)).size).toBe(2 * DAYS);
      const revisions = all.map(({ revision }) => revision);
      expect(revisions).toEqual(revisions.toSorted((a, b) => a - b));
      expect(new Set(revisions).size).toBe(revisions.length);
      for (const { key, beginMs, value } of all) {
        const day = (beginMs - FIRST_MS) / DAY_MS;
        expect([key, day, value]).toEqual([key, day, key.includes('hittedag') ? Number(day % 3 === 0) : day % 2]);
      }
    } finally {
      await cloud.kill();
    }
  });
}, 180_000);
