import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { revokeKey } from '@meetbrug/cloud/src/access/keys-command.ts';
import { readAuditFiles } from '@meetbrug/cloud/src/audit/audit-folder.ts';
import { parseConfig } from '@meetbrug/cloud/src/config/load-config.ts';
import type { Cloud } from '@meetbrug/cloud/src/main.ts';
import type { WireObservation } from '@meetbrug/protocols/delivery';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectEdge, heatDescription, T0 } from '../cloud/test-edge.ts';
import { waitFor } from '../harness/wait-for.ts';
import { ask } from '../http/http-cloud.ts';
import { bearer, createTestIssuer, type Headers, makeKey, READ_PRIVATE, unknownKey } from './credentials.ts';
import { walkAsLdio } from './ldio-client.ts';
import { deliverMinutes, startPrivateCloud } from './private-cloud.ts';

const FEED = '/ldes/demo/heat-stress';
const PAGE = `${FEED}/by-page/page/0`;
/** Where the long series begins. */
const LONG_MS = Date.UTC(2026, 7, 1);
const DESCRIPTION = heatDescription(1);
const BUILD_MS = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'meetbrug-lifetimes-'));
const dataDir = join(folder, 'data');
/** How far the cloud's clock is ahead of the machine's. */
const clock = { aheadMs: 0 };
const nowMs = () => Date.now() + clock.aheadMs;
const issuer = createTestIssuer(nowMs);
const login = { isUp: true, keySetsGiven: 0, address: '' };
const loginServer = createServer(answerLogin);
let cloud: Cloud;

beforeAll(async () => {
  await once(loginServer.listen(0, '127.0.0.1'), 'listening');
  login.address = `http://127.0.0.1:${(loginServer.address() as AddressInfo).port}`;
  cloud = await startPrivateCloud({ dataDir, nowMs, jwksUrl: `${login.address}/keys` });
  await deliverMinutes(cloud, 9);
}, BUILD_MS);
afterAll(async () => {
  await cloud?.stop();
  loginServer.close();
  rmSync(folder, { recursive: true });
});

const CLIENT = `Basic ${Buffer.from('client:secret').toString('base64')}`;

/** A login server: its keys, and tokens for client credentials (RFC 6749 section 4.4). */
async function answerLogin(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!login.isUp) return void request.socket.destroy();
  if (request.url === '/keys') {
    login.keySetsGiven += 1;
    return void response.end(JSON.stringify(issuer.jwks));
  }
  const body = new URLSearchParams(await textOf(request));
  const isClient = request.headers.authorization === CLIENT && body.get('grant_type') === 'client_credentials';
  if (!isClient) return void response.writeHead(401).end();
  const token = issuer.token({ scope: body.get('scope') ?? '' });
  response.end(JSON.stringify({ access_token: token, token_type: 'Bearer', expires_in: 3_600 }));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function revoke(id: string): void {
  const parsed = parseConfig('organisations: [{ name: demo, label: Demo }]');
  if (!parsed.ok) throw new Error(parsed.fault.detail);
  expect(revokeKey({ config: parsed.value, dataDir, nowMs: nowMs() }, id)).toMatchObject({ ok: true });
}

function auditText(): string {
  return readAuditFiles(`${dataDir}/audit`)
    .map(({ text }) => text)
    .join('');
}

/** What the audit log says of credentials: event, whose they are, and why they were refused. */
function credentialsInAudit(): [string, string, string | undefined][] {
  return auditText()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string; who: string; fields: { reason?: string } })
    .filter(({ event }) => event.startsWith('credentials-'))
    .map(({ event, who, fields }) => [event, who, fields.reason]);
}

const keyHeader = (key: string): Headers => ({ 'X-API-KEY': key });

const walk = (credentials: Headers, wait?: (seconds: number) => void) =>
  walkAsLdio(cloud.ports.http, FEED, credentials, wait);

describe('the LDES client of the Flemish workbench', () => {
  test('replicates a private feed with a key, waits where its quota ends, and stops when the key is revoked', async () => {
    const { key, id } = makeKey(dataDir, nowMs(), { requestsPerMinute: 4 });
    const whole = await walk(keyHeader(key), (seconds) => {
      expect(seconds).toBeGreaterThan(0);
      clock.aheadMs += seconds * 1_000;
    });
    expect([whole.members.length, whole.stoppedBy]).toEqual([9, undefined]);
    expect(whole.statuses.filter((status) => status === 429).length).toBeGreaterThan(0);
    clock.aheadMs += 60_000;
    revoke(id);
    expect((await walk(keyHeader(key))).statuses).toEqual([401]);
  });

  test('is stopped at once without a key, and with one for another stream', async () => {
    const other = makeKey(dataDir, nowMs(), { streams: ['other/heat-stress'] });
    expect((await walk({})).statuses).toEqual([401]);
    expect((await walk(keyHeader(other.key))).statuses).toEqual([403]);
  });

  test('replicates a private feed with client credentials, once the keys of the issuer can be had', async () => {
    const asked = await fetch(`${login.address}/token`, {
      method: 'POST',
      headers: { Authorization: CLIENT },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: READ_PRIVATE }),
    });
    const { access_token: token } = (await asked.json()) as { access_token: string };
    login.isUp = false;
    const early = await ask(cloud.ports.http, PAGE, bearer(token));
    expect([early.status, early.headers['retry-after']]).toEqual([503, '5']);
    login.isUp = true;
    const walked = await walk(bearer(token));
    expect([walked.members.length, walked.stoppedBy]).toEqual([9, undefined]);
    expect(login.keySetsGiven).toBe(1);
  });
});

test('what opens something is refused in an address, or twice, and nothing of it is repeated', async () => {
  const asked: [string, Headers][] = [
    [`${PAGE}?api_key=${unknownKey()}`, {}],
    [`${PAGE}?access_token=secret-of-somebody`, {}],
    [`/ldes/demo/${unknownKey()}`, {}],
    [PAGE, { 'X-API-KEY': unknownKey(), Authorization: 'Bearer secret-of-somebody' }],
  ];
  for (const [target, headers] of asked) {
    const { status, body } = await ask(cloud.ports.http, target, headers);
    expect([status, body.toString()]).toEqual([400, expect.stringMatching(/X-API-KEY|not both/)]);
    expect(body.toString()).not.toMatch(/mbk_[0-9a-f]|secret-of-somebody/);
  }
});

test('the audit log says who used which key, and the first refusal of each hour, without the key', async () => {
  clock.aheadMs += 3_600_000;
  const good = makeKey(dataDir, nowMs(), {});
  const other = makeKey(dataDir, nowMs(), { streams: ['other/heat-stress'] });
  const gone = makeKey(dataDir, nowMs(), {});
  revoke(gone.id);
  const before = credentialsInAudit().length;
  for (const { key } of [good, good, other, other, gone, gone, { key: unknownKey() }, { key: unknownKey() }]) {
    await ask(cloud.ports.http, PAGE, keyHeader(key));
  }
  expect(credentialsInAudit().slice(before)).toEqual([
    ['credentials-used', `key ${good.id}`, undefined],
    ['credentials-used', `key ${other.id}`, undefined],
    ['credentials-refused', `key ${other.id}`, 'forbidden'],
    ['credentials-refused', `key ${gone.id}`, 'credentials-refused'],
    ['credentials-refused', 'unknown key', 'credentials-refused'],
  ]);
  for (const { key } of [good, other, gone]) expect(auditText()).not.toContain(key.slice(21));
});

test('an export that is under way is cut when its key is revoked', { timeout: 60_000 }, async () => {
  const edge = await connectEdge(cloud.ports.mqtt, 'edge-a');
  const [batches, uplinksOfBatch, values] = [12, 100, 50];
  for (let batch = 0; batch < batches; batch += 1) {
    await edge.deliver({
      datastreams: [[DESCRIPTION.datastream, 1]],
      uplinks: Array.from({ length: uplinksOfBatch }, (_, index) => {
        const sequence = batch * uplinksOfBatch + index;
        const beginsMs = Array.from({ length: values }, (_, value) => LONG_MS + (sequence * values + value) * 1_000);
        const observations = beginsMs.map((ms): WireObservation => [0, ms, null, ms, '20.5', 2]);
        return [100 + sequence, T0, observations];
      }),
    });
  }
  await edge.end();
  const { key, id } = makeKey(dataDir, nowMs(), {});
  const path = `/api/v1/datastreams/${DESCRIPTION.datastream}/observations?from=2026-07-01T00:00:00Z&format=csv`;
  const request = get({ port: cloud.ports.http, host: '127.0.0.1', path, headers: keyHeader(key) });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  expect(response.statusCode).toBe(200);
  await once(response, 'readable');
  revoke(id);
  const isSeen = () =>
    credentialsInAudit().some(([event, who]) => event === 'credentials-refused' && who === `key ${id}`);
  await waitFor(
    () => isSeen() || undefined,
    20_000,
    () => 'nobody looked at the key again',
  );
  response.resume();
  await expect(once(response, 'end')).rejects.toThrow('aborted');
  expect(response.complete).toBe(false);
});
