import { describe, expect, test } from 'vitest';
import { startTestCloud, withFolder } from './test-cloud.ts';
import { connectEdge, heatDescription, T0, uplink } from './test-edge.ts';

const DESCRIPTION = heatDescription(1);

async function json(url: string): Promise<{ status: number; body: ReturnType<typeof JSON.parse> }> {
  const response = await fetch(url);
  return { status: response.status, body: await response.json() };
}

describe('the query API', () => {
  test('gives observations in time order, page by page, with exact values', async () => {
    await withFolder(async (dataDir) => {
      const cloud = await startTestCloud({ dataDir });
      const edge = await connectEdge(cloud.ports.mqtt);
      const order = [4, 0, 3, 1, 2];
      await edge.deliver({
        datastreams: [[DESCRIPTION.datastream, 1]],
        descriptions: [DESCRIPTION],
        uplinks: order.map((minute, index) => uplink(index + 1, T0 + minute * 60_000, `-${minute}.123456789`)),
      });
      const url = `${cloud.publicBaseUrl}/api/v1/datastreams/${DESCRIPTION.datastream}`;
      const values: string[] = [];
      let next = `${url}/observations?from=2026-07-01T14:00:00%2B02:00&to=2026-07-01T12:04:00Z&limit=3`;
      let pages = 0;
      while (next !== null) {
        const text = await (await fetch(next)).text();
        values.push(...[...text.matchAll(/"value":([^,]+)/g)].map((match) => match[1] as string));
        next = JSON.parse(text).next;
        pages += 1;
      }
      expect([values, pages]).toEqual([
        ['0.123456789', '1.123456789', '2.123456789', '3.123456789'].map((v) => `-${v}`),
        2,
      ]);

      const one = await json(url);
      expect(one.body).toMatchObject({
        key: DESCRIPTION.datastream,
        organisation: 'demo',
        property: { key: 'air-temperature', unit: 'Cel' },
        latest: { begin: '2026-07-01T12:04:00Z', value: -4.123456789 },
      });
      expect((await json(`${url}/observations`)).body.observations).toHaveLength(5);
      await edge.end();
      await cloud.stop();
    });
  });

  test('lists datastreams page by page and tells organisations apart', async () => {
    await withFolder(async (dataDir) => {
      const cloud = await startTestCloud({ dataDir });
      const list = `${cloud.publicBaseUrl}/api/v1/datastreams`;
      for (const [name, places] of [
        ['edge-a', [1, 2, 3]],
        ['edge-c', [1]],
      ] as const) {
        const edge = await connectEdge(cloud.ports.mqtt, name);
        await edge.deliver({
          datastreams: [],
          descriptions: places.map((place) => heatDescription(place)),
          uplinks: [],
        });
        await edge.end();
      }
      const keys: string[] = [];
      for (let next: string | null = `${list}?limit=2&organisation=demo`; next !== null; ) {
        const { body } = await json(next);
        keys.push(...body.datastreams.map(({ key }: { key: string }) => key));
        next = body.next;
      }
      expect(keys).toEqual([1, 2, 3].map((place) => heatDescription(place).datastream));

      const ambiguous = await json(`${list}/${DESCRIPTION.datastream}`);
      expect(ambiguous).toMatchObject({ status: 400, body: { organisations: ['demo', 'other'] } });
      const named = await json(`${list}/${DESCRIPTION.datastream}?organisation=other`);
      expect(named).toMatchObject({ status: 200, body: { organisation: 'other', latest: null } });
      await cloud.stop();
    });
  });

  test('refuses what it does not understand', async () => {
    await withFolder(async (dataDir) => {
      const cloud = await startTestCloud({ dataDir });
      const list = `${cloud.publicBaseUrl}/api/v1/datastreams`;
      const key = DESCRIPTION.datastream;
      for (const [path, status] of [
        ['?limit=0', 400],
        ['?limit=10001', 400],
        ['?page=2', 400],
        [`/${key}`, 404],
        ['/no-key', 404],
        [`/${key}/observations?from=yesterday`, 400],
        [`/${key}/observations?from=2026-07-01T12:00:00`, 400],
        [`/${key}/observations?limit=many`, 400],
      ] as const) {
        expect([path, (await json(`${list}${path}`)).status]).toEqual([path, status]);
      }
      await cloud.stop();
    });
  });
});
