import type { Cloud } from '@meetbrug/cloud/src/main.ts';
import { type DatastreamDescription, type DatastreamKey, packQuality } from '@meetbrug/protocols/observation';
import { OBSERVED_PROPERTIES } from '@meetbrug/protocols/properties';
import { Parser, type Quad } from 'n3';
import { describe, expect, test } from 'vitest';
import { startTestCloud, withFolder } from './test-cloud.ts';
import { connectEdge, heatDescription, T0, uplink } from './test-edge.ts';

const QUARTER_MS = 900_000;
const HEAT = heatDescription(1);

function counting(direction: 'in' | 'out', sensor = 'lus'): DatastreamDescription {
  return heatDescription(1, {
    datastream: `brug_${direction}.${sensor}.aantal-fiets.telling-900s` as DatastreamKey,
    property: 'bicycle-count',
    direction,
    measuringPoint: { name: 'brug', label: 'Brug', longitude: 3.7174, latitude: 51.0495 },
    sensor: { name: sensor, manufacturer: 'Maker', model: 'Lus' },
    procedure: { name: 'telling-900s', label: 'telling per kwartier', intervalSeconds: 900 },
  });
}

async function membersOf(cloud: Cloud, stream: string, page = 0): Promise<Quad[]> {
  const url = `${cloud.publicBaseUrl}/ldes/demo/${stream}/by-page/page/${page}`;
  const response = await fetch(url, { headers: { Accept: 'application/n-quads' } });
  expect(response.status).toBe(200);
  return new Parser({ format: 'application/n-quads' }).parse(await response.text());
}

const objects = (quads: readonly Quad[], ending: string) =>
  quads.filter(({ predicate }) => predicate.value.endsWith(ending)).map(({ object }) => object.value);

async function json(url: string): Promise<{ status: number; body: ReturnType<typeof JSON.parse> }> {
  const response = await fetch(url);
  return { status: response.status, body: await response.json() };
}

describe('over the link, into feed and API', () => {
  test('goes a suppressed count as a range without a value', async () => {
    await withFolder(async (dataDir) => {
      const cloud = await startTestCloud({ dataDir });
      const edge = await connectEdge(cloud.ports.mqtt);
      const description = counting('in');
      const acknowledgement = await edge.deliver({
        datastreams: [[description.datastream, 1]],
        descriptions: [description],
        uplinks: [
          [1, T0, [[0, T0, T0 + QUARTER_MS, T0 + QUARTER_MS, '<10', 0]]],
          [2, T0, [[0, T0 + QUARTER_MS, T0 + 2 * QUARTER_MS, T0 + 2 * QUARTER_MS, '73', 0]]],
        ],
      });
      expect(acknowledgement).toMatchObject({ acknowledged: [[1, 2]], refused: [] });
      const quads = await membersOf(cloud, 'mobility');
      expect(objects(quads, 'qudt/lowerBound')).toEqual(['0']);
      expect(objects(quads, 'qudt/upperBound')).toEqual(['9']);
      expect(objects(quads, 'qudt/numericValue')).toEqual([]);
      expect(objects(quads, 'sosa/hasSimpleResult')).toEqual(['73']);
      const api = `${cloud.publicBaseUrl}/api/v1/datastreams/${description.datastream}`;
      const { observations } = (await json(`${api}/observations`)).body;
      expect(observations).toMatchObject([{ value: null, lowerBound: 0, upperBound: 9 }, { value: 73 }]);
      expect(observations[1]).not.toHaveProperty('upperBound');
      await edge.end();
      await cloud.stop();
    });
  });

  test('go quality flags and the inputs of a derived value', async () => {
    await withFolder(async (dataDir) => {
      const cloud = await startTestCloud({ dataDir });
      const edge = await connectEdge(cloud.ports.mqtt);
      const derived = heatDescription(1, {
        datastream: 'meetpunt-1.sensor-1.wbgt.wbgt-buiten' as DatastreamKey,
        property: 'wbgt',
        procedure: { name: 'wbgt-buiten', label: 'WBGT', derivedFrom: [HEAT.datastream] },
      });
      const quality = packQuality({ timeSource: 'network-server', flags: ['value-stuck', 'sensor-tilted'] });
      await edge.deliver({
        datastreams: [
          [HEAT.datastream, 1],
          [derived.datastream, 1],
        ],
        descriptions: [HEAT, derived],
        uplinks: [
          [
            1,
            T0,
            [
              [0, T0, null, T0, '31.3', quality],
              [1, T0, null, T0, '28.4', 0, [[0, T0]]],
            ],
          ],
        ],
      });
      const quads = await membersOf(cloud, 'heat-stress');
      const id = `${cloud.publicBaseUrl}/id`;
      expect(objects(quads, 'dqv#isMeasurementOf')).toEqual([
        `${id}/concept/kwaliteitskenmerk/value-stuck`,
        `${id}/concept/kwaliteitskenmerk/sensor-tilted`,
      ]);
      const input = `${id}/demo/observatie/${HEAT.datastream}/2026-07-01T12:00:00Z`;
      expect(objects(quads, 'sosa/relatedObservation')).toEqual([input]);
      expect(objects(quads, 'dc/terms/isVersionOf')).toContain(input);
      expect(objects(await membersOf(cloud, 'sensors'), 'prov#wasDerivedFrom')).toEqual([
        `${id}/demo/datastream/${HEAT.datastream}`,
      ]);
      const { body } = await json(`${cloud.publicBaseUrl}/api/v1/datastreams/${HEAT.datastream}/observations`);
      expect(body.observations[0]).toMatchObject({
        quality: ['value-stuck', 'sensor-tilted'],
        timeSource: 'network-server',
      });
      await edge.end();
      await cloud.stop();
    });
  });

  test('goes a place in two reference systems, with deployment and contact', async () => {
    await withFolder(async (dataDir) => {
      const cloud = await startTestCloud({ dataDir });
      const edge = await connectEdge(cloud.ports.mqtt);
      const contact = { name: 'Dienst mobiliteit', email: 'data@example.org' };
      const description = { ...counting('in'), deployedFromMs: T0, contact };
      await edge.deliver({ datastreams: [], descriptions: [description], uplinks: [] });
      const quads = await membersOf(cloud, 'sensors');
      expect(new Set(objects(quads, '#asWKT'))).toEqual(
        new Set([
          '<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POINT(3.7174 51.0495)',
          '<http://www.opengis.net/def/crs/EPSG/0/3812> POINT(604323.51 693454.55)',
        ]),
      );
      expect(objects(quads, 'dcat#startDate')).toEqual(['2026-07-01T12:00:00Z']);
      expect(objects(quads, 'vcard/ns#hasEmail')).toEqual(['mailto:data@example.org']);
      const { body } = await json(`${cloud.publicBaseUrl}/api/v1/datastreams/${description.datastream}`);
      expect(body).toMatchObject({ contact, deployedFrom: '2026-07-01T12:00:00Z', validFrom: '2026-01-01T00:00:00Z' });
      await edge.end();
      await cloud.stop();
    });
  });

  test.each([
    ['a suppressed temperature', HEAT, [0, T0, null, T0, '<10', 0], 'outside-range'],
    [
      'a bound above all that can be counted',
      counting('in'),
      [0, T0, T0 + QUARTER_MS, T0, '<65537', 0],
      'outside-range',
    ],
  ] as const)('does not go %s: it is put aside and the rest goes on', async (_, description, wire, code) => {
    await withFolder(async (dataDir) => {
      const cloud = await startTestCloud({ dataDir });
      const edge = await connectEdge(cloud.ports.mqtt);
      const acknowledgement = await edge.deliver({
        datastreams: [
          [description.datastream, 1],
          [heatDescription(2).datastream, 1],
        ],
        descriptions: [description, heatDescription(2)],
        uplinks: [[1, T0, [[...wire], [1, T0, null, T0, '20', 0]]]],
      });
      expect(acknowledgement).toMatchObject({ acknowledged: [[1, 1]], refused: [[1, 0, code]] });
      expect(objects(await membersOf(cloud, 'heat-stress'), 'qudt/numericValue')).toEqual(['20']);
      await edge.end();
      await cloud.stop();
    });
  });
});

describe('the ISO overlay', () => {
  test('is for what is published while it is on; pages that are there never change', async () => {
    await withFolder(async (dataDir) => {
      const settings = { dataDir, pageSize: 2, fanOut: 2 };
      const deliver = async (cloud: Cloud, sequence: number) => {
        const edge = await connectEdge(cloud.ports.mqtt);
        await edge.deliver({
          datastreams: [[HEAT.datastream, 1]],
          descriptions: [HEAT],
          uplinks: [uplink(sequence, T0 + sequence * 60_000, String(sequence))],
        });
        await edge.end();
      };
      const textOf = async (cloud: Cloud, page: number) =>
        (await fetch(`${cloud.publicBaseUrl}/ldes/demo/heat-stress/by-page/page/${page}`)).text();

      const off = await startTestCloud(settings);
      const httpPort = off.ports.http;
      for (const sequence of [1, 2, 3]) await deliver(off, sequence);
      const [closed, open] = [await textOf(off, 0), await textOf(off, 1)];
      expect(closed + open).not.toContain('isotc211');
      await off.stop();

      const on = await startTestCloud({ ...settings, httpPort, isoOverlay: true });
      await deliver(on, 4);
      await deliver(on, 5);
      expect(await textOf(on, 0)).toBe(closed);
      const overlaid = await textOf(on, 1);
      expect(overlaid.split('Measurement#OM_Measurement')).toHaveLength(2);
      expect(await textOf(on, 2)).toContain('Measurement#OM_Measurement');
      await on.stop();

      const again = await startTestCloud({ ...settings, httpPort });
      await deliver(again, 6);
      expect([await textOf(again, 0), await textOf(again, 1)]).toEqual([closed, overlaid]);
      expect((await textOf(again, 2)).split('Measurement#OM_Measurement')).toHaveLength(2);
      await again.stop();
    });
  });
});

describe('the query API', () => {
  test('finds datastreams by measuring point, property and theme', async () => {
    await withFolder(async (dataDir) => {
      const cloud = await startTestCloud({ dataDir });
      const edge = await connectEdge(cloud.ports.mqtt);
      const humid = heatDescription(1, {
        datastream: `meetpunt-1.sensor-1.${OBSERVED_PROPERTIES['relative-humidity'].name}.momentaan` as DatastreamKey,
        property: 'relative-humidity',
      });
      const longer = heatDescription(10);
      const all = [HEAT, humid, longer, counting('in'), counting('out')];
      await edge.deliver({ datastreams: [], descriptions: all, uplinks: [] });
      const list = async (query: string) => {
        const keys: string[] = [];
        for (let next = `${cloud.publicBaseUrl}/api/v1/datastreams?${query}`; next !== null; ) {
          const { status, body } = await json(next);
          expect([next, status]).toEqual([next, 200]);
          keys.push(...body.datastreams.map(({ key }: { key: string }) => key));
          next = body.next;
        }
        return keys;
      };
      const keys = (...descriptions: DatastreamDescription[]) => descriptions.map(({ datastream }) => datastream);
      expect(await list('measuringPoint=meetpunt-1&limit=1')).toEqual(keys(HEAT, humid));
      expect(await list('measuringPoint=brug')).toEqual(keys(counting('in'), counting('out')));
      expect(await list('property=air-temperature&limit=1')).toEqual(keys(HEAT, longer));
      expect(await list('theme=mobility')).toEqual(keys(counting('in'), counting('out')));
      expect(await list('theme=heat-stress&measuringPoint=meetpunt-1&property=relative-humidity')).toEqual(keys(humid));
      expect(await list('measuringPoint=nergens')).toEqual([]);
      expect(await list('organisation=other&measuringPoint=meetpunt-1')).toEqual([]);
      for (const query of ['property=air', 'theme=weather', 'measuringPoint=A*', 'direction=in']) {
        expect([query, (await json(`${cloud.publicBaseUrl}/api/v1/datastreams?${query}`)).status]).toEqual([
          query,
          400,
        ]);
      }
      await edge.end();
      await cloud.stop();
    });
  });

  test('reads a measuring point and property across replaced sensors, in time order', async () => {
    await withFolder(async (dataDir) => {
      const cloud = await startTestCloud({ dataDir });
      const edge = await connectEdge(cloud.ports.mqtt);
      const replaced = counting('in', 'lus-2');
      const all = [counting('in'), replaced, counting('out')];
      const at = (index: number, quarter: number, value: string) =>
        [index, T0 + quarter * QUARTER_MS, T0 + (quarter + 1) * QUARTER_MS, T0, value, 0] as const;
      await edge.deliver({
        datastreams: all.map(({ datastream }) => [datastream, 1]),
        descriptions: all,
        uplinks: [
          [1, T0, [[...at(1, 5, '25')], [...at(1, 4, '<10')], [...at(0, 0, '20')], [...at(0, 1, '21')]]],
          [2, T0, [[...at(0, 4, '24')], [...at(2, 0, '7')]]],
        ],
      });
      const url = `${cloud.publicBaseUrl}/api/v1/observations?measuringPoint=brug&property=bicycle-count`;
      const rows: unknown[] = [];
      let pages = 0;
      for (let next: string | null = `${url}&direction=in&limit=2`; next !== null; pages += 1) {
        const { body } = await json(next);
        expect(body).toMatchObject({ measuringPoint: 'brug', property: 'bicycle-count' });
        for (const { datastream, value, begin } of body.observations) rows.push([begin, datastream, value]);
        next = body.next;
      }
      const [first, second] = all.map(({ datastream }) => datastream);
      expect(rows).toEqual([
        ['2026-07-01T12:00:00Z', first, 20],
        ['2026-07-01T12:15:00Z', first, 21],
        ['2026-07-01T13:00:00Z', first, 24],
        ['2026-07-01T13:00:00Z', second, null],
        ['2026-07-01T13:15:00Z', second, 25],
      ]);
      expect(pages).toBe(3);
      expect((await json(url)).body.observations).toHaveLength(6);
      expect((await json(`${url}&from=2026-07-01T12:15:00Z&to=2026-07-01T13:00:00Z`)).body.observations).toMatchObject([
        { datastream: first, value: 21 },
      ]);
      for (const [query, status] of [
        ['measuringPoint=brug&property=car-count', 404],
        ['measuringPoint=brug', 200],
        ['property=bicycle-count', 200],
        ['direction=in', 200],
        ['limit=10', 400],
        ['measuringPoint=brug&property=bicycle-count&direction=up', 400],
      ] as const) {
        const { status: got } = await json(`${cloud.publicBaseUrl}/api/v1/observations?${query}`);
        expect([query, got]).toEqual([query, status]);
      }
      await edge.end();
      await cloud.stop();
    });
  });
});
