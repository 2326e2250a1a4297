import { parseConfig } from '@meetbrug/cloud/src/config/load-config.ts';
import { startCloud } from '@meetbrug/cloud/src/main.ts';
import { parseNeighbourhoods } from '@meetbrug/cloud/src/products/neighbourhoods.ts';
import { formatInstant } from '@meetbrug/protocols/observation';
import { describe, expect, test } from 'vitest';
import { SECRET, withFolder } from '../cloud/test-cloud.ts';
import { connectEdge, heatDescription, T0 } from '../cloud/test-edge.ts';
import { waitFor } from '../harness/wait-for.ts';
import { hourlyBatches } from './hourly-days.ts';

/** Midnight in Brussels, in summer. */
const FIRST_MS = Date.UTC(2026, 5, 1, 22);
const DAY_MS = 86_400_000;
const DAYS = 5;
const PRODUCT = 'meetpunt-1.sensor-1.hittedag.meetpunt-max-luchttemperatuur-30';
const OF_NEIGHBOURHOOD = 'wijk-44021a00.cloud-44021a00.hittedag.wijk-max-luchttemperatuur-30';
const CONFIG = `
publicBaseUrl: http://127.0.0.1:0
http: { port: 0 }
mqtt: { port: 0 }
organisations: [{ name: demo, label: Demo }]
catalogue: { contact: { name: Meetdienst, email: meetdienst@example.org }, publisher: { name: Demo } }
products:
  heatDays: [{ threshold: 30 }]
  neighbourhoods: { file: wijken.geojson, nameProperty: code, labelProperty: naam }
`;
const RING = [
  [3.7, 51],
  [3.8, 51],
  [3.8, 51.1],
  [3.7, 51.1],
  [3.7, 51],
];
const SECTORS = {
  type: 'FeatureCollection',
  features: [
    {
      type: 'Feature',
      properties: { code: '44021A00', naam: 'Binnenstad' },
      geometry: { type: 'Polygon', coordinates: [RING] },
    },
  ],
};

async function startWithProducts(dataDir: string) {
  const config = parseConfig(CONFIG);
  const neighbourhoods = parseNeighbourhoods(JSON.stringify(SECTORS), { nameProperty: 'code', labelProperty: 'naam' });
  if (!config.ok || !neighbourhoods.ok) throw new Error('the configuration of the test is wrong');
  const silent = () => undefined;
  const started = await startCloud(
    {
      config: config.value,
      edges: [
        { name: 'edge-a', organisation: 'demo', secret: SECRET },
        { name: 'edge-b', organisation: 'demo', secret: SECRET },
      ],
      neighbourhoods: neighbourhoods.value,
    },
    { dataDir, logger: { info: silent, warn: silent, fatal: silent }, nowMs: () => T0 },
  );
  if (!started.ok) throw new Error(started.fault.detail);
  return started.value;
}

describe('products of a running cloud', () => {
  test('are read like any other datastream, in feed, API, SensorThings and catalogue, and stay its own', async () => {
    await withFolder(async (folder) => {
      const cloud = await startWithProducts(folder);
      const edge = await connectEdge(cloud.ports.mqtt);
      try {
        const get = async (path: string, accept = '*/*') => {
          const response = await fetch(`${cloud.publicBaseUrl}${path}`, { headers: { Accept: accept } });
          return { status: response.status, text: await response.text() };
        };
        for (const batch of hourlyBatches(heatDescription(1), FIRST_MS, DAYS)) await edge.deliver(batch);

        const path = (key: string) =>
          `/api/v1/datastreams/${key}/observations?from=${formatInstant(FIRST_MS)}&to=${formatInstant(T0)}`;
        const read = async (key: string) => {
          const { status, text } = await get(path(key), 'application/json');
          return status === 200
            ? (JSON.parse(text).observations as { begin: string; end: string; value: number }[])
            : [];
        };
        for (const key of [PRODUCT, OF_NEIGHBOURHOOD]) {
          const days = await waitFor(
            async () => {
              const all = await read(key);
              return all.length === DAYS ? all : undefined;
            },
            20_000,
            () => `not ${DAYS} days of ${key}`,
          );
          expect(days.map(({ value }) => value)).toEqual([1, 0, 0, 1, 0]);
          expect(days.map(({ begin }) => Date.parse(begin))).toEqual(days.map((_, index) => FIRST_MS + index * DAY_MS));
          expect(Date.parse(days[0]?.end ?? '')).toBe(FIRST_MS + DAY_MS);
        }

        const page = await get('/ldes/demo/heat-stress/by-page/page/0', 'application/n-quads');
        expect(page.text).toContain(`/id/demo/observatie/${PRODUCT}/${formatInstant(FIRST_MS)}`);

        const sensors = await get(`/id/demo/datastream/${PRODUCT}`, 'text/turtle');
        expect(sensors.text).toContain(heatDescription(1).datastream);
        const procedure = await get('/id/demo/procedure/meetpunt-max-luchttemperatuur-30', 'text/turtle');
        expect(procedure.text).toContain('P1D');
        const things = await get(
          `/sta/v1.1/Datastreams?$filter=${encodeURIComponent("substringof('hittedag',name)")}&$expand=ObservedProperty`,
        );
        expect(JSON.parse(things.text).value.length).toBe(2);
        expect((await get('/catalogue', 'text/turtle')).text).toContain('hittedag');

        const metrics = await get('/metrics');
        expect(metrics.text).toMatch(/meetbrug_cloud_products_total\{outcome="published"\} 10/);

        const other = await connectEdge(cloud.ports.mqtt, 'edge-b');
        const taken = heatDescription(1, {
          datastream: PRODUCT as never,
          property: 'heat-day',
          procedure: { name: 'meetpunt-max-luchttemperatuur-30', label: 'anders', calendarInterval: 'local-day' },
        });
        const refusal = await other.deliver({
          datastreams: [[PRODUCT, 1]],
          descriptions: [taken],
          uplinks: [[1, T0, [[0, FIRST_MS, FIRST_MS + DAY_MS, T0, '0', 2]]]],
        });
        expect(refusal.refused).toEqual([[1, 0, 'not-owner']]);
        await other.end();
      } finally {
        await edge.end();
        await cloud.stop();
      }
    });
  }, 60_000);
});

describe('a configuration of products', () => {
  test.each([
    [
      'an edge with the name that the products are delivered under',
      'edges: [{ name: cloud, organisation: demo, secretFile: x }]',
      '"cloud" is reserved',
    ],
    [
      'an alarm below its pre-alarm',
      'products: { waterAlerts: [{ organisation: demo, measuringPoint: brug, preAlarm: 3, alarm: 2 }] }',
      'must not be lower',
    ],
    [
      'a gauge of nobody',
      'products: { waterAlerts: [{ organisation: nobody, measuringPoint: brug, preAlarm: 3, alarm: 4 }] }',
      'not among the organisations',
    ],
    ['a product twice', 'products: { heatDays: [{ threshold: 30 }, { threshold: 30 }] }', 'one product twice'],
    ['a temperature that is counted', 'products: { peakHours: [{ property: air-temperature }] }', 'peakHours'],
  ])('is refused with %s', (_, settings, detail) => {
    const parsed = parseConfig(`organisations: [{ name: demo, label: Demo }]\n${settings}`);
    expect(parsed).toMatchObject({ ok: false, fault: { detail: expect.stringContaining(detail) } });
  });
});
