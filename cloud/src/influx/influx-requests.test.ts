import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type DatastreamKey, datastreamKey } from '@meetbrug/protocols/observation';
import { expect, onTestFinished, test } from 'vitest';
import type { SeriesWrite } from '../timeseries/time-series.ts';
import type { InfluxTarget } from './influx-target.ts';
import { createInfluxWriter } from './influx-writer.ts';
import { createInfluxqlClient } from './influxql-client.ts';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** A server that takes anything as InfluxDB would, and remembers it. */
async function startWire(status = 204, answer = ''): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    const { method, url, headers } = request;
    seen.push({ method, url, authorization: headers.authorization, body: await text(request) });
    if (url?.startsWith('/query')) response.writeHead(200).end('{"results":[{"statement_id":0}]}');
    else response.writeHead(status).end(answer);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

const KEY: DatastreamKey = datastreamKey({
  feature: 'punt-1',
  sensor: 's-1',
  property: 'luchttemperatuur',
  procedure: 'momentaan',
});
const BEGIN = 1_767_225_600_000;
const row = (changes: Partial<SeriesWrite> = {}): SeriesWrite => ({
  datastream: 1,
  organisation: 'demo',
  datastreamKey: KEY,
  beginMs: BEGIN,
  endMs: null,
  resultMs: BEGIN + 1,
  mantissa: 313,
  scale: 1,
  below: null,
  quality: 2,
  revision: 7,
  stampMs: BEGIN + 2,
  ...changes,
});
const FIELDS = `quality=2i,revision=7i,end_ms=${BEGIN}i,result_ms=${BEGIN + 1}i,stamp_ms=${BEGIN + 2}i ${BEGIN}`;
const SERIES = `luchttemperatuur,datastream=${KEY},organisation=demo`;

const common = { name: 'test', timeoutMs: 2_000, batchRows: 10, retryAfterMs: 100 };
const TARGETS: readonly [
  name: string,
  target: (url: string) => InfluxTarget,
  write: string,
  authorization: string,
  query: object,
][] = [
  [
    '1.x',
    (url) => ({
      ...common,
      url,
      version: 1,
      database: 'met ing',
      retentionPolicy: 'jaren',
      login: { username: 'u', password: 'geheim' },
    }),
    '/write?db=met+ing&rp=jaren&precision=ms',
    `Basic ${Buffer.from('u:geheim').toString('base64')}`,
    { db: 'met ing', rp: 'jaren' },
  ],
  [
    '2.x',
    (url) => ({ ...common, url, version: 2, organisation: 'stad', bucket: 'meting', token: 'abc' }),
    '/api/v2/write?org=stad&bucket=meting&precision=ms',
    'Token abc',
    { db: 'meting' },
  ],
  [
    '3',
    (url) => ({ ...common, url, version: 3, database: 'meting', token: 'abc' }),
    '/api/v2/write?org=&bucket=meting&precision=ms',
    'Token abc',
    { db: 'meting' },
  ],
];

test.each(TARGETS)(
  'version %s is written to and asked where it listens',
  async (_, target, write, authorization, query) => {
    const { url, seen } = await startWire();
    expect(await createInfluxWriter(target(url)).write([row()])).toMatchObject({ ok: true });
    expect(await createInfluxqlClient(target(url))(['SELECT 1'])).toMatchObject({ ok: true });
    expect(seen).toMatchObject([
      {
        method: 'POST',
        url: write,
        authorization,
        body: `${SERIES} value=31.3,mantissa=313i,scale=1i,below=0i,${FIELDS}`,
      },
      { method: 'POST', url: '/query', authorization },
    ]);
    expect(Object.fromEntries(new URLSearchParams(seen[1]?.body))).toEqual({ ...query, epoch: 'ms', q: 'SELECT 1' });
  },
);

test('a suppressed count has no value, and of two versions in one request only the last is sent', async () => {
  const { url, seen } = await startWire();
  const [, target] = TARGETS[0] as (typeof TARGETS)[number];
  const suppressed = row({ mantissa: null, scale: null, below: 10 });
  await createInfluxWriter(target(url)).write([row({ revision: 3 }), suppressed, row({ revision: 4 })]);
  expect(seen.map(({ body }) => body)).toEqual([`${SERIES} mantissa=0i,scale=0i,below=10i,${FIELDS}`]);
});

test.each([
  ['500', 500, '{"error":"timeout"}', false],
  ['a request that is refused', 400, '{"error":"field type conflict"}', false],
  ['a login that is refused', 401, '{"error":"authorization failed"}', false],
  [
    'points older than the database keeps',
    400,
    '{"error":"partial write: points beyond retention policy dropped=1"}',
    true,
  ],
])('of %s nothing is taken for written that is wanted', async (_, status, answer, isDone) => {
  const { url, seen } = await startWire(status, answer);
  const [, target] = TARGETS[0] as (typeof TARGETS)[number];
  const written = await createInfluxWriter(target(url)).write(
    Array.from({ length: 50 }, (__, index) => row({ beginMs: BEGIN + index })),
  );
  expect(written.ok).toBe(isDone);
  // One request, and none of the client's own retries.
  expect(seen).toHaveLength(1);
});

test('a large batch is one request, so that no part of it can fail unseen', async () => {
  const { url, seen } = await startWire();
  const [, target] = TARGETS[0] as (typeof TARGETS)[number];
  expect(
    await createInfluxWriter(target(url)).write(
      Array.from({ length: 6_000 }, (_, index) => row({ beginMs: BEGIN + index })),
    ),
  ).toMatchObject({ ok: true });
  expect(seen).toHaveLength(1);
});
