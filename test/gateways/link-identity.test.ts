import { get } from 'node:https';
import { join } from 'node:path';
import { connect as dialTls } from 'node:tls';
import { zstdDecompressSync } from 'node:zlib';
import { openGatewayStore } from '@meetbrug/cloud/src/gateways/gateway-store.ts';
import { openStoreForReading } from '@meetbrug/cloud/src/log/open-store.ts';
import type { GatewayIdentity } from '@meetbrug/edge/src/enrolment/gateway-identity.ts';
import { linkTopic, welcomeSchema } from '@meetbrug/protocols/delivery';
import type { IClientOptions } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeBatch, heatDescription, T0, uplink } from '../cloud/test-edge.ts';
import { attempt, certificateOptions, EDGE_SECRET, type GatewayCloud, startGatewayCloud } from './gateway-fixture.ts';

const CUT_MS_MAX = 10_000;
let site: GatewayCloud;
let identity: GatewayIdentity;
let other: GatewayIdentity;
beforeAll(async () => {
  site = await startGatewayCloud({ mqtt: 'tls: {}', http: 'tls: {}' });
  identity = await site.enrol('edge-a');
  other = await site.enrol('edge-b');
});
afterAll(() => site.remove());

const overTls = () => `mqtts://127.0.0.1:${site.cloud().ports.mqtt}`;
const overWebSocket = () => `wss://127.0.0.1:${site.cloud().ports.http}/mqtt`;
const ROADS: readonly (readonly [string, () => string])[] = [
  ['TLS', overTls],
  ['WebSocket', overWebSocket],
];

async function login(url: string, options: IClientOptions) {
  const one = attempt(url, options);
  expect(await one.loggedIn).toBe(true);
  return one;
}

async function isRefused(url: string, options: IClientOptions): Promise<boolean> {
  const one = attempt(url, options);
  const loggedIn = await one.loggedIn;
  await one.client.endAsync(true);
  return !loggedIn;
}

function batch(place: number, value: string): Buffer {
  const description = heatDescription(place);
  const body = { datastreams: [[description.datastream, 1]] as const, descriptions: [description] };
  return Buffer.from(encodeBatch({ ...body, uplinks: [uplink(1, T0, value)] }));
}

function storedCount(): number {
  const store = openStoreForReading(join(site.dataDir, 'cloud.sqlite'));
  const row = store.prepare('SELECT count(*) AS count FROM log').get() as { count: number };
  store.close();
  return row.count;
}

describe.each(ROADS)('the link over %s', (_, url) => {
  test('knows an edge by its certificate alone, and delivers', async () => {
    const before = storedCount();
    const { client } = await login(url(), certificateOptions(identity));
    const welcome = new Promise<Buffer>((resolve) => client.once('message', (_topic, payload) => resolve(payload)));
    await client.subscribeAsync(linkTopic('edge-a', 'welcome'), { qos: 1 });
    const hello = JSON.stringify({ version: 1, epoch: '00112233445566aa', nextSequence: 1 });
    await client.publishAsync(linkTopic('edge-a', 'hello'), Buffer.concat([Buffer.of(0), Buffer.from(hello)]), {
      qos: 1,
    });
    const body = await welcome;
    const text = body[0] === 1 ? zstdDecompressSync(body.subarray(1)) : body.subarray(1);
    expect(welcomeSchema.parse(JSON.parse(text.toString()))).toMatchObject({ version: 1 });
    await client.publishAsync(linkTopic('edge-a', 'batch'), batch(url === overTls ? 1 : 2, '21.5'), { qos: 1 });
    expect(storedCount()).toBe(before + 1);
    await client.endAsync(true);
  });

  test.each([
    ['no certificate', () => ({ ca: identity.authorityPem })],
    [
      'no certificate but a secret that is right elsewhere',
      () => ({ ca: identity.authorityPem, username: 'edge-secret', password: EDGE_SECRET }),
    ],
    [
      'a certificate and a secret',
      () => ({ ...certificateOptions(identity), username: 'edge-a', password: EDGE_SECRET }),
    ],
    ["a certificate and another edge's name", () => ({ ...certificateOptions(identity), username: 'edge-b' })],
    [
      "another edge's key",
      () => ({ ...certificateOptions(identity), cert: other.certificatePem, key: other.keyPem, username: 'edge-a' }),
    ],
    [
      'a will on its own topic',
      () => ({
        ...certificateOptions(identity),
        will: { topic: linkTopic('edge-a', 'batch'), payload: Buffer.from('x'), qos: 1 as const, retain: false },
      }),
    ],
    [
      'a will on a topic of another edge',
      () => ({
        ...certificateOptions(identity),
        will: { topic: linkTopic('edge-b', 'batch'), payload: Buffer.from('x'), qos: 1 as const, retain: false },
      }),
    ],
  ])('refuses a login with %s', async (_, options) => {
    expect(await isRefused(url(), options())).toBe(true);
  });

  test("refuses a certificate of another cloud's authority", async () => {
    const elsewhere = await startGatewayCloud();
    const foreign = await elsewhere.enrol('edge-a');
    await elsewhere.remove();
    const options = { ...certificateOptions(foreign), ca: identity.authorityPem };
    expect(await isRefused(url(), options)).toBe(true);
  });

  test.each([
    '#',
    '+/v1/edge-a/welcome',
    'meetbrug/v1/+/welcome',
    linkTopic('edge-b', 'welcome'),
    linkTopic('edge-a', 'batch'),
    '$SYS/#',
    '$share/g/meetbrug/v1/edge-a/welcome',
    'meetbrug/v1/edge-a/welcome/',
    'meetbrug//edge-a/welcome',
  ])('refuses a subscription to %s', async (filter) => {
    const { client } = await login(url(), certificateOptions(identity));
    const granted = await client.subscribeAsync(filter, { qos: 1 }).then(
      (grants) => grants.map(({ qos }) => qos),
      () => [128],
    );
    expect(granted).toEqual([128]);
    await client.endAsync(true);
  });

  test.each([
    linkTopic('edge-b', 'batch'),
    linkTopic('edge-a', 'welcome'),
    '$SYS/x/new/clients',
    'meetbrug/v1/edge-a/batch/deeper',
  ])('closes an edge that publishes on %s', async (topic) => {
    const { client, closed } = await login(url(), certificateOptions(identity));
    client.publish(topic, 'x', { qos: 1 });
    await closed;
    await client.endAsync(true);
  });

  test('keeps the newer of two connections with one certificate, and says so', async () => {
    const older = await login(url(), { ...certificateOptions(identity), clientId: 'one' });
    const before = site.log.length;
    const newer = await login(url(), { ...certificateOptions(identity), clientId: 'two' });
    await older.closed;
    const granted = await newer.client.subscribeAsync(linkTopic('edge-a', 'welcome'), { qos: 1 });
    expect(granted.map(({ qos }) => qos)).toEqual([1]);
    expect(site.log.slice(before).join('\n')).toMatch(/"edge":"edge-a".*two gateways share one identity/);
    await Promise.all([older, newer].map(({ client }) => client.endAsync(true)));
  });

  test('lets no edge push another off by taking its client id', async () => {
    const mine = await login(url(), { ...certificateOptions(identity), clientId: 'meetbrug-edge-edge-a' });
    const intruder = await login(url(), { ...certificateOptions(other), clientId: 'meetbrug-edge-edge-a' });
    const granted = await mine.client.subscribeAsync(linkTopic('edge-a', 'welcome'), { qos: 1 });
    expect(granted.map(({ qos }) => qos)).toEqual([1]);
    await Promise.all([mine, intruder].map(({ client }) => client.endAsync(true)));
  });

  test('ends within ten seconds of a revocation, takes nothing from its first moment, and stays shut after a restart', async () => {
    const name = `edge-gone-${new URL(url()).protocol.slice(0, -1)}`;
    const gone = await site.enrol(name);
    const idle = await login(url(), certificateOptions(gone));
    const revokedMs = performance.now();
    site.revoke(name);
    await idle.closed;
    expect(performance.now() - revokedMs).toBeLessThan(CUT_MS_MAX);
    expect(await isRefused(url(), certificateOptions(gone))).toBe(true);
    await site.restart();
    expect(await isRefused(url(), certificateOptions(gone))).toBe(true);
    const anew = await site.enrol(name);
    const back = await login(url(), certificateOptions(anew));
    expect(await isRefused(url(), certificateOptions(gone))).toBe(true);
    await Promise.all([idle, back].map(({ client }) => client.endAsync(true)));
  });

  test('takes no batch of an edge from the moment that it is revoked', async () => {
    const name = `edge-late-${new URL(url()).protocol.slice(0, -1)}`;
    const late = await login(url(), certificateOptions(await site.enrol(name)));
    const before = storedCount();
    site.revoke(name);
    let acknowledged = false;
    late.client.publish(linkTopic(name, 'batch'), batch(9, '1'), { qos: 1 }, (error) => {
      acknowledged = error === undefined || error === null;
    });
    await late.closed;
    await late.client.endAsync(true);
    expect([acknowledged, storedCount()]).toEqual([false, before]);
  });
});

describe('a server with TLS', () => {
  test.each(['TLSv1', 'TLSv1.1'] as const)('does not speak %s', async (version) => {
    const { keyPem: key, certificatePem: cert, authorityPem: ca } = identity;
    const versions = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' };
    const socket = dialTls({ port: site.cloud().ports.mqtt, key, cert, ca, ...versions });
    const outcome = await new Promise((resolve) => {
      socket.once('secureConnect', () => resolve('connected'));
      socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code));
    });
    socket.destroy();
    expect(outcome).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
  });

  test('serves readers over HTTPS without asking them who they are', async () => {
    const status = await new Promise((resolve, reject) => {
      get(`${site.httpUrl()}/healthz`, { ca: identity.authorityPem, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on('error', reject);
    });
    expect(status).toBe(200);
  });
});

describe('the link over WebSocket without TLS', () => {
  let plain: GatewayCloud;
  beforeAll(async () => {
    plain = await startGatewayCloud({ mqtt: '' });
  });
  afterAll(() => plain.remove());
  const url = (path = '/mqtt') => `ws://127.0.0.1:${plain.cloud().ports.http}${path}`;
  const secret = { username: 'edge-secret', password: EDGE_SECRET };

  test('takes the secret of an edge, as the TCP port does', async () => {
    const { client } = await login(url(), secret);
    await client.publishAsync(linkTopic('edge-secret', 'batch'), batch(1, '3'), { qos: 1 });
    await client.endAsync(true);
  });

  test.each([
    ['a wrong secret', () => url(), { ...secret, password: 'wrong' }],
    ['no secret', () => url(), {}],
    ['another path', () => url('/ldes'), secret],
  ])('refuses %s', async (_, where, options) => {
    expect(await isRefused(where(), options)).toBe(true);
  });

  test('closes a stranger who sends more than a login takes', async () => {
    const before = plain.log.length;
    const client = attempt(url(), { ...secret, username: 'x'.repeat(60_000) });
    await client.closed;
    await client.client.endAsync(true);
    expect(plain.log.slice(before).join('\n')).toContain('packet-too-large');
  });

  test('ends the connection of an edge with a secret when that edge is revoked', async () => {
    const revoked = await startGatewayCloud({ mqtt: '' });
    const live = await login(`mqtt://127.0.0.1:${revoked.cloud().ports.mqtt}`, secret);
    // The edge of the fixture has its secret from elsewhere: a record of it is made by revoking it by name.
    const store = openGatewayStore(join(revoked.dataDir, 'gateways.sqlite'));
    store.revoke('edge-secret', 'demo', Date.now());
    store.close();
    await live.closed;
    expect(await isRefused(`mqtt://127.0.0.1:${revoked.cloud().ports.mqtt}`, secret)).toBe(true);
    await live.client.endAsync(true);
    await revoked.remove();
  });
});
