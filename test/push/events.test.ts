import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKey } from '@meetbrug/cloud/src/access/keys-command.ts';
import { closeStream } from '@meetbrug/cloud/src/log/close-stream.ts';
import type { Cloud } from '@meetbrug/cloud/src/main.ts';
import jsonld from 'jsonld';
import { Parser, type Quad } from 'n3';
import { isomorphic } from 'rdf-isomorphic';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { withFolder } from '../cloud/test-cloud.ts';
import { EventReader, type EventReaderOptions } from './event-reader.ts';
import { type PushCloudSettings, pushConfig, Source, startPushCloud, upTo } from './push-cloud.ts';

const HEAT = '/ldes/demo/heat-stress';
const DAY_MS = 86_400_000;
const SETTINGS = {
  push: 'heartbeatSeconds: 1, connectionsPerAddressMax: 3',
  more: 'outside: [{ organisation: demo, name: meters, title: Meters, stampPredicate: https://data.example/ns#at }]',
};

const readers: EventReader[] = [];
afterEach(() => {
  for (const reader of readers.splice(0)) reader.kill();
});

function read({ ports }: Cloud, options: Partial<EventReaderOptions> = {}): Promise<EventReader> {
  const reader = new EventReader({ port: ports.http, path: HEAT, ...options });
  readers.push(reader);
  return reader.opened();
}

async function ask({ ports }: Cloud, path: string, headers: Record<string, string>, method = 'GET') {
  const answer = await fetch(`http://127.0.0.1:${ports.http}${path}`, {
    method,
    redirect: 'manual',
    headers: { accept: 'text/event-stream', ...headers },
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

/** Members of somebody else, of shapes that are not ours. */
async function post({ ports }: Cloud, dataDir: string): Promise<void> {
  const wish = { name: 'meters', streams: ['demo/meters'], rights: ['write'] };
  const key = createKey({ config: pushConfig(SETTINGS), dataDir, nowMs: Date.now() }, wish);
  if (!key.ok) throw new Error(key.fault.detail);
  const members = upTo(0, 12).map(
    (
      number,
    ) => `<https://data.example/m/${number}#1> <http://purl.org/dc/terms/isVersionOf> <https://data.example/m/${number}> ;
      <https://data.example/ns#says> "a\\nb \u00e9"@nl, ${number} ; <https://data.example/ns#part> [ <https://data.example/ns#of> ${number} ] .`,
  );
  const answer = await fetch(`http://127.0.0.1:${ports.http}/ldes/demo/meters`, {
    method: 'POST',
    headers: { 'content-type': 'text/turtle', 'x-api-key': key.value.key },
    body: members.join('\n'),
  });
  if (answer.status !== 200) throw new Error(await answer.text());
}

/** Of a page what its members say: not that they are members, and not the page. */
async function quadsOfPage({ ports }: Cloud, path: string): Promise<Quad[]> {
  const answer = await fetch(`http://127.0.0.1:${ports.http}${path}`, { headers: { accept: 'application/n-quads' } });
  const quads = new Parser({ format: 'application/n-quads' }).parse(await answer.text());
  const isMembership = ({ predicate }: Quad) => predicate.value.endsWith('tree#member');
  return quads.slice(quads.findIndex(isMembership)).filter((quad) => !isMembership(quad));
}

async function quadsOfEvents({ events }: EventReader): Promise<Quad[]> {
  const all = await Promise.all(
    events.map(async ({ data }, index) => {
      const text = await jsonld.toRDF(JSON.parse(data) as object, { format: 'application/n-quads' });
      const parser = new Parser({ format: 'application/n-quads', blankNodePrefix: `e${index}` });
      return parser.parse(text as unknown as string);
    }),
  );
  return all.flat();
}

describe('server-sent events of a stream', () => {
  let folder: string;
  let cloud: Cloud;
  let source: Source;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'meetbrug-push-'));
    cloud = await startPushCloud({ dataDir: folder, ...SETTINGS });
    source = await Source.connect(cloud);
    await source.deliver(12);
    await post(cloud, folder);
  });
  afterAll(async () => {
    await source.end();
    await cloud.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([HEAT, '/ldes/demo/sensors', '/ldes/all/heat-stress', '/ldes/demo/meters'])(
    'are the members of its pages: %s',
    async (path) => {
      const pages = await quadsOfPage(cloud, `${path}/by-page/page/0`);
      const count = pages.filter(({ predicate }) => /generatedAtTime$|ns#at$/.test(predicate.value)).length;
      expect(count).toBeGreaterThan(9);
      const reader = await read(cloud, { path, lastEventId: '-1' });
      await reader.until('all members', () => reader.events.length === count);
      expect(reader.ordinals).toEqual(upTo(0, count));
      expect(isomorphic(await quadsOfEvents(reader), pages)).toBe(true);
    },
  );

  it('begin with what is committed from now on', async () => {
    const reader = await read(cloud);
    expect(reader.lastEventId).toBe('11');
    await source.deliver(2);
    await reader.until('two members', () => reader.events.length === 2);
    expect(reader.ordinals).toEqual([12, 13]);
    expect(JSON.parse(reader.events[0]?.data ?? '')).toMatchObject({
      '@type': 'sosa:Observation',
      resultaat: { waarde: '13.5' },
    });
  });

  it('are kept alive while there is no news', async () => {
    const reader = await read(cloud);
    await reader.until('signs of life', () => reader.comments > 1);
    expect(reader.events).toEqual([]);
  });

  it('are refused beyond the connections of an address, and taken again when one has gone', async () => {
    const [first] = await Promise.all([read(cloud), read(cloud), read(cloud)]);
    const refused = await ask(cloud, HEAT, {});
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '30']);
    first.kill();
    await expect.poll(async () => (await read(cloud)).status, { timeout: 5_000 }).toBe(200);
    const metrics = await (await fetch(`http://127.0.0.1:${cloud.ports.http}/metrics`)).text();
    expect(metrics).toContain('meetbrug_cloud_push_connections{protocol="events"} 3\n');
    expect(metrics).toMatch(/meetbrug_cloud_push_refused_total\{reason="too-many-from-address"\} [1-9]/);
  });

  it.each<[string, string, Record<string, string>, string, number]>([
    ['an id that is none', HEAT, { 'last-event-id': 'x' }, 'GET', 400],
    ['an id that was not given yet', HEAT, { 'last-event-id': '5000' }, 'GET', 400],
    ['a page', `${HEAT}/by-page`, {}, 'GET', 406],
    ['a stream that is not there', '/ldes/demo/nothing', {}, 'GET', 404],
    ['a stream without a feed', '/ldes/demo/mobility', {}, 'GET', 404],
    ['another spelling', `${HEAT}/`, {}, 'GET', 308],
    ['the headers alone', HEAT, {}, 'HEAD', 200],
    ['a change', HEAT, {}, 'DELETE', 405],
  ])('are not begun for %s', async (_what, path, headers, method, status) => {
    expect((await ask(cloud, path, headers, method)).status).toBe(status);
  });

  it('are never kept by a cache, and may be read by a page of another origin', async () => {
    const { headers } = await ask(cloud, HEAT, {}, 'HEAD');
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'access-control-allow-origin': '*',
    });
    const preflight = await ask(cloud, HEAT, {}, 'OPTIONS');
    expect(preflight.headers.get('access-control-allow-headers')).toContain('Last-Event-ID');
  });
});

describe('server-sent events over the life of a cloud', () => {
  type Start = (settings?: Omit<PushCloudSettings, 'dataDir'>) => Promise<Cloud>;

  /** Runs a story in a folder of its own; a start stops the cloud of before. */
  function inFolder(story: (start: Start, dataDir: string) => Promise<void>): Promise<void> {
    return withFolder(async (dataDir) => {
      let running: Cloud | undefined;
      try {
        const start: Start = async (settings) => {
          await running?.stop();
          running = await startPushCloud({ dataDir, ...settings });
          return running;
        };
        await story(start, dataDir);
      } finally {
        await running?.stop();
      }
    });
  }

  it('are cut with a reason when it stops, and go on behind the last that a reader has', () =>
    inFolder(async (start) => {
      const first = await start();
      const source = await Source.connect(first);
      await source.deliver(10);
      const cut = await read(first);
      await source.end();
      const second = await start();
      await cut.closed;
      expect(cut.events).toEqual([{ type: 'cut', id: '9', data: '{"reason":"stopping"}' }]);
      const reader = await read(second, { lastEventId: '3' });
      await reader.until('six members', () => reader.events.length === 6);
      expect(reader.ordinals).toEqual(upTo(4, 10));
    }));

  it('say what is lost of what a reader wants, and the first member that there is', () =>
    inFolder(async (start) => {
      let nowMs = Date.UTC(2026, 6, 2);
      const settings = { ldes: 'pageSize: 5, fanOut: 2, retention: { days: 10 }', nowMs: () => nowMs };
      const source = await Source.connect(await start(settings));
      await source.deliver(24);
      nowMs += 30 * DAY_MS;
      await source.deliver(11);
      await source.end();
      // What the view drops is looked for at the start.
      const later = await start(settings);
      await expect
        .poll(async () => (await ask(later, `${HEAT}/by-page/page/0`, { accept: '*/*' })).status, { timeout: 10_000 })
        .toBe(307);
      const reader = await read(later, { lastEventId: '2' });
      await reader.until('the members that are left', () => reader.lastEventId === '34');
      const [lost, ...rest] = reader.events;
      expect(lost).toEqual({ type: 'lost', id: '19', data: '{"from":3,"until":20,"first":20}' });
      expect(rest.map(({ id }) => Number(id))).toEqual(upTo(20, 35));
    }));

  it('end when the stream is closed, and who comes back is told that nothing more comes', () =>
    inFolder(async (start, dataDir) => {
      const cloud = await start();
      const source = await Source.connect(cloud);
      await source.deliver(2);
      await source.end();
      const open = await read(cloud);
      expect(closeStream(join(dataDir, 'cloud.sqlite'), 'demo/heat-stress')).toMatchObject({ ok: true });
      await open.closed;
      expect(open.events).toEqual([{ type: 'end', id: '1', data: '{"members":2}' }]);
      const late = await read(cloud, { lastEventId: '-1' });
      await late.closed;
      expect(late.events.map(({ type }) => type)).toEqual(['message', 'message', 'end']);
      expect(await ask(cloud, HEAT, { 'last-event-id': '1' })).toMatchObject({ status: 204, text: '' });
    }));
});
