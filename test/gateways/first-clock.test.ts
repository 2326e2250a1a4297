import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { enrolGateway } from '@meetbrug/edge/src/enrolment/enrol-gateway.ts';
import type { GatewayIdentity } from '@meetbrug/edge/src/enrolment/gateway-identity.ts';
import { type IdentityFiles, openIdentityFiles } from '@meetbrug/edge/src/enrolment/identity-files.ts';
import { keepIdentity } from '@meetbrug/edge/src/enrolment/identity-keeper.ts';
import { openConnection } from '@meetbrug/edge/src/link/open-connection.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GatewayCloud, startGatewayCloud } from './gateway-fixture.ts';

const IN_1970_MS = 60_000;
const DAY_MS = 86_400_000;
const ROADS = ['TLS', 'WebSocket'] as const;
type Road = (typeof ROADS)[number];

let site: GatewayCloud;
let wrong: GatewayCloud;
beforeAll(async () => {
  site = await startGatewayCloud({ mqtt: 'tls: { names: [127.0.0.1] }', http: 'tls: { names: [127.0.0.1] }' });
  wrong = await startGatewayCloud({ http: 'tls: {}' });
});
afterAll(() => Promise.all([site.remove(), wrong.remove()]));

function urlOf({ cloud }: GatewayCloud, road: Road, host = '127.0.0.1'): string {
  const { http, mqtt } = cloud().ports;
  return road === 'TLS' ? `mqtts://${host}:${mqtt}` : `wss://${host}:${http}`;
}

interface Gateway {
  readonly files: IdentityFiles;
  readonly systemMs: number;
  readonly enrolUrl?: string;
}

/** How a gateway with this clock fares at a server: `connected`, or the reason against it. What follows is done by then. */
async function outcomeAt(url: string, identity: GatewayIdentity, gateway: Gateway): Promise<string> {
  const ignore = () => undefined;
  const keeper = keepIdentity({
    identity,
    files: gateway.files,
    enrolUrl: gateway.enrolUrl ?? site.httpUrl(),
    nowMs: () => gateway.systemMs,
    isSynchronised: ignore,
    checkEveryMs: DAY_MS,
    onRenewed: ignore,
    onRenewalFailed: ignore,
  });
  const client = openConnection({ edge: identity.edge, url, credentials: { kind: 'certificate', keeper } });
  const outcome = await new Promise<string>((resolve) => {
    client.once('connect', () => resolve('connected'));
    client.once('error', ({ message }) => resolve(message));
    client.once('close', () => resolve('closed'));
  });
  if (outcome === 'closed') await keeper.turnedAway();
  keeper.stop();
  await client.endAsync(true);
  return outcome;
}

describe('a gateway without a clock', () => {
  test.each(ROADS)(
    'enrols in 1970 over HTTPS through the fingerprint, then reaches the cloud over %s',
    async (road) => {
      const edge = `edge-1970-${road.toLowerCase()}`;
      const files = openIdentityFiles(join(site.folder, edge));
      const wish = site.wish(await site.invite(edge), edge, { files, nowMs: IN_1970_MS });
      expect(wish.enrolUrl).toMatch(/^https:/);
      const enrolled = await enrolGateway(wish);
      if (!enrolled.ok) throw new Error(enrolled.fault.detail);
      const beginMs = new X509Certificate(enrolled.value.certificatePem).validFromDate.getTime();
      expect(files.clockFloorMs()).toBe(beginMs);
      expect(await outcomeAt(urlOf(site, road), enrolled.value, { files: files, systemMs: IN_1970_MS })).toBe(
        'connected',
      );
    },
  );

  test('does not enrol in 1970 with a server of another authority', async () => {
    const code = await site.invite('edge-lured');
    const files = openIdentityFiles(join(site.folder, 'lured'));
    const wish = site.wish(code, 'edge-lured', { files, nowMs: IN_1970_MS, enrolUrl: wrong.httpUrl() });
    expect(await enrolGateway(wish)).toMatchObject({ fault: { detail: expect.stringContaining('is not the cloud') } });
    expect((await enrolGateway({ ...wish, enrolUrl: site.httpUrl() })).ok).toBe(true);
  });
});

describe.each(ROADS)('a gateway that dials over %s', (road) => {
  const edge = `edge-dials-${road.toLowerCase()}`;
  let identity: GatewayIdentity;
  const files = () => openIdentityFiles(join(site.folder, `identity-${edge}`));
  beforeAll(async () => {
    identity = await site.enrol(edge);
  });

  test('refuses a server of another authority, whatever its clock says', async () => {
    for (const systemMs of [Date.now(), IN_1970_MS]) {
      expect(await outcomeAt(urlOf(wrong, road), identity, { files: files(), systemMs: systemMs })).toContain(
        'not of the authority',
      );
    }
  });

  test('refuses a server under a name that is not in its certificate', async () => {
    expect(
      await outcomeAt(urlOf(site, road, 'localhost'), identity, { files: files(), systemMs: Date.now() }),
    ).toContain('not for localhost');
  });

  test('accepts it under the name that is', async () => {
    expect(await outcomeAt(urlOf(site, road), identity, { files: files(), systemMs: Date.now() })).toBe('connected');
  });

  test('refuses an expired server by a clock that can be believed', async () => {
    expect(
      await outcomeAt(urlOf(site, road), identity, { files: files(), systemMs: Date.now() + 91 * DAY_MS }),
    ).toContain('has expired');
  });

  test('refuses a server from the future by a clock that can be believed', async () => {
    const early = openIdentityFiles(join(site.folder, `early-${edge}`));
    early.raiseClockFloor(Date.now() - 3 * DAY_MS);
    expect(await outcomeAt(urlOf(site, road), identity, { files: early, systemMs: Date.now() - 2 * DAY_MS })).toContain(
      'not valid yet',
    );
  });
});

test.each(ROADS)('a gateway without a clock gets back in over %s after its certificate expired', async (road) => {
  const folder = mkdtempSync(join(tmpdir(), 'meetbrug-late-'));
  let cloudMs = Date.now() - 95 * DAY_MS;
  const cloud = await startGatewayCloud({ http: 'tls: {}', nowMs: () => cloudMs });
  const files = openIdentityFiles(folder);
  const enrolled = await enrolGateway(cloud.wish(await cloud.invite('edge-late'), 'edge-late', { files }));
  if (!enrolled.ok) throw new Error(enrolled.fault.detail);
  // 95 days later, with a new server certificate and a gateway whose clock began anew.
  cloudMs = Date.now();
  await cloud.restart();
  const clockless = { files, systemMs: IN_1970_MS, enrolUrl: cloud.httpUrl() };
  expect(await outcomeAt(urlOf(cloud, road), enrolled.value, clockless)).toBe('closed');
  const renewed = files.identity();
  if (!renewed.ok || renewed.value === undefined) throw new Error('the identity is gone');
  expect(await outcomeAt(urlOf(cloud, road), renewed.value, clockless)).toBe('connected');
  await cloud.remove();
  rmSync(folder, { recursive: true });
});
