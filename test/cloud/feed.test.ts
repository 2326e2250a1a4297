import type { Cloud } from '@meetbrug/cloud/src/main.ts';
import { startCloud } from '@meetbrug/cloud/src/main.ts';
import type { DatastreamKey } from '@meetbrug/protocols/observation';
import { Parser } from 'n3';
import { describe, expect, test } from 'vitest';
import { startTestCloud, testConfig, withFolder } from './test-cloud.ts';
import { connectEdge, heatDescription, T0, type TestEdge, uplink } from './test-edge.ts';

const TREE = 'https://w3id.org/tree#';
const FORMATS = {
  nquads: 'application/n-quads',
  turtle: 'text/turtle',
  trig: 'application/trig',
  jsonld: 'application/ld+json',
  ntriples: 'application/n-triples',
};

const DESCRIPTION = heatDescription(1);
let sequence = 0;

async function deliver(edge: TestEdge, count: number): Promise<void> {
  const uplinks = Array.from({ length: count }, () => {
    sequence += 1;
    return uplink(sequence, T0 + sequence * 60_000, `${sequence % 40}.5`);
  });
  const { acknowledged } = await edge.deliver({
    datastreams: [[DESCRIPTION.datastream, 1]],
    descriptions: [DESCRIPTION],
    uplinks,
  });
  expect(acknowledged.at(-1)?.at(-1)).toBe(sequence);
}

async function get(url: string, headers: Record<string, string> = {}, method = 'GET') {
  const response = await fetch(url, {
    method,
    headers: { 'Accept-Encoding': 'identity', ...headers },
    redirect: 'manual',
  });
  return { status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) };
}

/** Follows all links from the root: on which pages each member stands, and what was immutable. */
async function walk(cloud: Cloud, stream = 'demo/heat-stress') {
  const members = new Map<string, string[]>();
  const immutable = new Map<string, Buffer>();
  const parents = new Map<string, string>();
  const visit = async (url: string): Promise<boolean> => {
    const { status, headers, body } = await get(url, { Accept: FORMATS.nquads });
    expect(status, url).toBe(200);
    const final = headers.get('cache-control')?.includes('immutable') ?? false;
    if (final) immutable.set(url, body);
    const quads = new Parser({ format: FORMATS.nquads }).parse(body.toString());
    for (const { predicate, object } of quads) {
      if (predicate.value === `${TREE}member`) members.set(object.value, [...(members.get(object.value) ?? []), url]);
    }
    const children = new Set(
      quads.filter(({ predicate }) => predicate.value === `${TREE}node`).map(({ object }) => object.value),
    );
    for (const child of children) {
      expect(parents.has(child), `${child} has one parent`).toBe(false);
      parents.set(child, url);
      const childFinal = await visit(child);
      expect(final && !childFinal, `open ${child} below immutable ${url}`).toBe(false);
    }
    return final;
  };
  await visit(`${cloud.publicBaseUrl}/ldes/${stream}/by-page`);
  return { members, immutable };
}

describe('the feed', () => {
  test('shows every acknowledged observation on exactly one page, at every size', async () => {
    await withFolder(async (dataDir) => {
      sequence = 0;
      const cloud = await startTestCloud({ dataDir, pageSize: 3, fanOut: 2 });
      const edge = await connectEdge(cloud.ports.mqtt);
      for (const count of [1, 2, 1, 5, 9, 20]) {
        await deliver(edge, count);
        const { members } = await walk(cloud);
        expect(members.size).toBe(sequence);
        expect([...members.values()].every((pages) => pages.length === 1)).toBe(true);
      }
      const { members } = await walk(cloud, 'demo/sensors');
      expect(members.size).toBeGreaterThan(0);
      await edge.end();
      await cloud.stop();
    });
  });

  test('never changes a byte of a page that was immutable, over growth, restart and new descriptions', async () => {
    await withFolder(async (dataDir) => {
      sequence = 0;
      const settings = { dataDir, pageSize: 3, fanOut: 2 };
      const first = await startTestCloud(settings);
      const httpPort = first.ports.http;
      const edge = await connectEdge(first.ports.mqtt);
      await deliver(edge, 8);
      const seen = new Map<string, { etag: string | null; body: string }>();
      const look = async (url: string) => {
        for (const type of Object.values(FORMATS)) {
          for (const encoding of ['identity', 'gzip', 'br']) {
            const { headers, body } = await get(url, { Accept: type, 'Accept-Encoding': encoding });
            const now = { etag: headers.get('etag'), body: body.toString('base64') };
            const before = seen.get(`${url} ${type} ${encoding}`);
            if (before !== undefined) expect(now).toEqual(before);
            seen.set(`${url} ${type} ${encoding}`, now);
          }
        }
      };
      const { immutable } = await walk(first);
      expect(immutable.size).toBe(3);
      for (const url of immutable.keys()) await look(url);
      expect(new Set([...seen.values()].map(({ etag }) => etag)).size).toBe(seen.size);

      const measuringPoint = { ...DESCRIPTION.measuringPoint, label: 'Verplaatst', longitude: 4.5 };
      const moved = heatDescription(1, { version: 2, validFromMs: T0, measuringPoint });
      sequence += 1;
      const last = uplink(sequence, T0 + sequence * 60_000, '7');
      await edge.deliver({ datastreams: [[moved.datastream, 2]], descriptions: [moved], uplinks: [last] });
      await edge.end();
      await first.stop();

      const second = await startTestCloud({ ...settings, httpPort });
      for (const url of immutable.keys()) await look(url);
      const { members } = await walk(second);
      expect(members.size).toBe(sequence);
      await second.stop();
    });
  });

  test('of a theme that is not listed is kept, and served in full once it is listed', async () => {
    await withFolder(async (dataDir) => {
      const first = await startTestCloud({ dataDir });
      const edge = await connectEdge(first.ports.mqtt);
      const signal = heatDescription(1, {
        datastream: 'meetpunt-1.sensor-1.ontvangststerkte.momentaan' as DatastreamKey,
        property: 'rssi',
      });
      await edge.deliver({
        datastreams: [[signal.datastream, 1]],
        descriptions: [signal],
        uplinks: [uplink(1, T0, '-97'), uplink(2, T0 + 1, '-98')],
      });
      await edge.end();
      const api = `${first.publicBaseUrl}/api/v1/datastreams/${signal.datastream}/observations`;
      expect(JSON.parse((await get(api)).body.toString()).observations).toHaveLength(2);
      expect((await get(`${first.publicBaseUrl}/ldes/demo/device-status/by-page`)).status).toBe(404);
      await first.stop();

      const second = await startTestCloud({ dataDir, httpPort: first.ports.http, streams: '[device-status]' });
      expect((await walk(second, 'demo/device-status')).members.size).toBe(2);
      await second.stop();
    });
  });

  test('refuses to start with other page settings than it was published with', async () => {
    await withFolder(async (dataDir) => {
      const first = await startTestCloud({ dataDir, pageSize: 3, publicBaseUrl: 'https://data.example' });
      await first.stop();
      const silent = () => undefined;
      const logger = { info: silent, warn: silent, fatal: silent };
      const again = await startCloud(testConfig({ pageSize: 4, publicBaseUrl: 'https://data.example' }), {
        dataDir,
        logger,
      });
      expect(again).toMatchObject({ ok: false, fault: { code: 'log-refused' } });
      expect(again.ok ? '' : again.fault.detail).toMatch(/ldes\.pageSize is 4, published with 3.*add a new view/);
    });
  });
});

describe('HTTP', () => {
  test('follows the caching rules that readers rely on', async () => {
    await withFolder(async (dataDir) => {
      sequence = 0;
      const cloud = await startTestCloud({ dataDir, pageSize: 2, fanOut: 2, publicBaseUrl: 'https://data.example/x' });
      const base = `http://127.0.0.1:${cloud.ports.http}/ldes/demo/heat-stress`;
      const edge = await connectEdge(cloud.ports.mqtt);
      await deliver(edge, 3);

      for (const [path, control] of [
        ['', 'public, max-age=2'],
        ['/by-page', 'public, max-age=2'],
        ['/by-page/page/1', 'public, max-age=2'],
        ['/by-page/page/0', 'public, max-age=604800, immutable'],
        // Twice: the second time from memory.
        ['/by-page/page/0', 'public, max-age=604800, immutable'],
      ]) {
        const { status, headers, body } = await get(`${base}${path}`);
        expect(status).toBe(200);
        expect(headers.get('cache-control')).toBe(control);
        expect(headers.get('content-type')).toBe('text/turtle; charset=utf-8');
        expect(headers.get('vary')).toBe('Accept, Accept-Encoding');
        expect(headers.get('access-control-allow-origin')).toBe('*');
        expect(Number(headers.get('content-length'))).toBe(body.length);
        expect(body.toString()).toContain('https://data.example/x/ldes/demo/heat-stress');
        expect(body.toString()).not.toContain('127.0.0.1');

        const etag = headers.get('etag') ?? '';
        expect(etag).toMatch(/^"[^"]+"$/);
        const same = await get(`${base}${path}`, { 'If-None-Match': `"other", ${etag}` });
        expect([same.status, same.headers.get('etag'), same.body.length]).toEqual([304, etag, 0]);
        expect((await get(`${base}${path}`, { 'If-None-Match': '"other"' })).status).toBe(200);
        const head = await get(`${base}${path}`, {}, 'HEAD');
        expect([head.status, head.headers.get('etag'), head.body.length]).toEqual([200, etag, 0]);
        expect(head.headers.get('content-length')).toBe(headers.get('content-length'));
      }
      await edge.end();
      await cloud.stop();
    });
  });

  test('answers what is not there, not acceptable or spelled otherwise as it should', async () => {
    await withFolder(async (dataDir) => {
      sequence = 0;
      const cloud = await startTestCloud({ dataDir, pageSize: 2, fanOut: 2 });
      const base = `${cloud.publicBaseUrl}/ldes/demo/heat-stress`;
      const edge = await connectEdge(cloud.ports.mqtt);
      await deliver(edge, 3);

      for (const path of ['/by-page/page/2', '/by-page/index/2/0', '/by-page/page/x', '/latest', '/by-page/page/-1']) {
        const { status, headers } = await get(`${base}${path}`);
        expect([path, status, headers.get('content-type')]).toEqual([path, 404, 'application/problem+json']);
      }
      expect((await get(`${cloud.publicBaseUrl}/ldes/demo/device-status`)).status).toBe(404);

      const refused = await get(`${base}/by-page/page/0`, { Accept: 'image/png' });
      expect([refused.status, refused.headers.get('content-type')]).toEqual([406, 'application/problem+json']);
      expect(JSON.parse(refused.body.toString()).available.sort()).toEqual(Object.values(FORMATS).sort());

      for (const [spelling, canonical] of [
        ['/', ''],
        ['/by-page/', '/by-page'],
        ['/by-page/page/00', '/by-page/page/0'],
        ['/by-page/index/01/0', '/by-page/index/1/0'],
        ['/by-page/page/0?pageNumber=1', '/by-page/page/0'],
      ]) {
        const { status, headers } = await get(`${base}${spelling}`, { Host: 'evil.example' });
        expect([status, headers.get('location')]).toEqual([308, `${base}${canonical}`]);
      }
      expect((await get(`${base}/by-page`, {}, 'POST')).status).toBe(405);
      expect((await get(`${base}/by-page`, {}, 'OPTIONS')).headers.get('access-control-allow-headers')).toContain(
        'If-None-Match',
      );
      await edge.end();
      await cloud.stop();
    });
  });
});
