import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GatewayIdentity } from '@meetbrug/edge/src/enrolment/gateway-identity.ts';
import { type IdentityFiles, openIdentityFiles } from '@meetbrug/edge/src/enrolment/identity-files.ts';
import { type IdentityKeeper, keepIdentity } from '@meetbrug/edge/src/enrolment/identity-keeper.ts';
import { renewIdentity } from '@meetbrug/edge/src/enrolment/renew-identity.ts';
import { timeBounds } from '@meetbrug/edge/src/enrolment/time-bounds.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { attempt, certificateOptions, type GatewayCloud, startGatewayCloud } from './gateway-fixture.ts';

const DAY_MS = 86_400_000;
let site: GatewayCloud;
let aheadMs = 0;
const nowMs = () => Date.now() + aheadMs;
beforeEach(async () => {
  aheadMs = 0;
  site = await startGatewayCloud({
    nowMs,
    gateways: 'certificateDays: 90, renewalGraceDays: 10, attemptsPerMinute: 1000',
  });
});
afterEach(() => site.remove());

const filesOf = (edge: string) => openIdentityFiles(join(site.folder, `identity-${edge}`));
const certificateOf = ({ certificatePem }: GatewayIdentity) => new X509Certificate(certificatePem);

function renew(identity: GatewayIdentity, files: IdentityFiles = filesOf(identity.edge)) {
  const time = timeBounds({ systemMs: nowMs(), floorMs: files.clockFloorMs(), isSynchronised: undefined });
  return renewIdentity({ identity, enrolUrl: site.httpUrl(), files, time });
}

/** The outcome of a login: the certificate is fresh for TLS, so what is judged is what the cloud's records say. */
async function mayLogIn(identity: GatewayIdentity): Promise<boolean> {
  const one = attempt(`mqtts://127.0.0.1:${site.cloud().ports.mqtt}`, certificateOptions(identity));
  const loggedIn = await one.loggedIn;
  await one.client.endAsync(true);
  return loggedIn;
}

describe('a renewal', () => {
  test('gives a new key and certificate, and leaves the old one valid until its end', async () => {
    const first = await site.enrol('edge-a');
    const second = await renew(first);
    expect(second.ok).toBe(true);
    if (!second.ok) return;
    expect(second.value.keyPem).not.toBe(first.keyPem);
    expect(certificateOf(second.value).serialNumber).not.toBe(certificateOf(first).serialNumber);
    expect(filesOf('edge-a').identity()).toEqual({ ok: true, value: second.value });
    expect(await mayLogIn(first)).toBe(true);
    expect(await mayLogIn(second.value)).toBe(true);
  });

  test('that broke off is made good with the same key and gives the same certificate', async () => {
    const first = await site.enrol('edge-a');
    const files = filesOf('edge-a');
    const second = await renew(first);
    if (!second.ok) throw new Error(second.fault.detail);
    // As if the power had failed after the cloud's answer was on its way: the old identity, the pending key.
    files.keepIdentity(first);
    files.keepPendingKey({ version: 1, from: certificateOf(first).serialNumber, keyPem: second.value.keyPem });
    const again = await renew(first);
    expect(again.ok && again.value.certificatePem).toBe(second.value.certificatePem);
  });

  test.each([
    ['on the last day of its life', 89, 'renewed', true],
    ['within the grace', 99, 'renewed', false],
    ['after the grace', 101, 'certificate-expired', false],
  ])('of a certificate %s', async (_, days, renewal, login) => {
    const identity = await site.enrol('edge-a');
    aheadMs = days * DAY_MS;
    expect(await mayLogIn(identity)).toBe(login);
    const outcome = await renew(identity);
    expect(outcome.ok ? 'renewed' : outcome.fault.code).toBe(renewal);
    if (outcome.ok) expect(certificateOf(outcome.value).validToDate.getTime()).toBeGreaterThan(nowMs() + 89 * DAY_MS);
  });

  test('is refused for a revoked certificate, also after a restart', async () => {
    const identity = await site.enrol('edge-a');
    site.revoke('edge-a');
    expect(await renew(identity)).toMatchObject({ fault: { code: 'certificate-revoked' } });
    await site.restart();
    expect(await renew(identity)).toMatchObject({ fault: { code: 'certificate-revoked' } });
  });

  test('is refused for a certificate whose key the gateway does not hold', async () => {
    const mine = await site.enrol('edge-a');
    const other = await site.enrol('edge-b');
    const stolen = { ...mine, certificatePem: other.certificatePem };
    expect(await renew(stolen)).toMatchObject({ fault: { code: 'bad-proof' } });
  });

  test('is refused for a certificate of another authority', async () => {
    const elsewhere = await startGatewayCloud();
    const foreign = await elsewhere.enrol('edge-a');
    await elsewhere.remove();
    expect(await renew(foreign)).toMatchObject({ fault: { code: 'bad-proof' } });
  });

  test('stops at eight valid certificates of one edge', async () => {
    let identity = await site.enrol('edge-a');
    const outcomes: string[] = [];
    for (let count = 0; count < 8; count += 1) {
      const renewed = await renew(identity);
      outcomes.push(renewed.ok ? 'renewed' : renewed.fault.code);
      if (renewed.ok) identity = renewed.value;
    }
    expect(outcomes).toEqual([...Array.from({ length: 7 }, () => 'renewed'), 'too-many-certificates']);
  });

  test('cuts the connection of a certificate that ends while it is open', async () => {
    const identity = await site.enrol('edge-a');
    const live = attempt(`mqtts://127.0.0.1:${site.cloud().ports.mqtt}`, certificateOptions(identity));
    expect(await live.loggedIn).toBe(true);
    aheadMs = 91 * DAY_MS;
    await live.closed;
    await live.client.endAsync(true);
  });
});

describe('a running gateway', () => {
  let keeper: IdentityKeeper | undefined;
  afterEach(() => keeper?.stop());

  function keep(identity: GatewayIdentity, events: string[], isSynchronised?: boolean): IdentityKeeper {
    keeper = keepIdentity({
      identity,
      files: filesOf(identity.edge),
      enrolUrl: site.httpUrl(),
      nowMs,
      isSynchronised: () => isSynchronised,
      checkEveryMs: 20,
      onRenewed: () => events.push('renewed'),
      onRenewalFailed: ({ code }) => events.push(code),
    });
    return keeper;
  }

  test('renews after two thirds of the life and not before', async () => {
    const identity = await site.enrol('edge-a');
    const events: string[] = [];
    aheadMs = 59 * DAY_MS;
    const own = keep(identity, events);
    await own.renewIfDue();
    expect([events, own.current()]).toEqual([[], identity]);
    aheadMs = 61 * DAY_MS;
    await expect.poll(() => events).toEqual(['renewed']);
    expect(own.current().certificatePem).not.toBe(identity.certificatePem);
  });

  test('that does not know the time renews when it is turned away, once until it is welcome', async () => {
    const identity = await site.enrol('edge-a');
    const events: string[] = [];
    const own = keep(identity, events, false);
    await own.turnedAway();
    expect(events).toEqual(['renewed']);
    await own.turnedAway();
    expect(events).toEqual(['renewed']);
    own.welcomed();
    await own.turnedAway();
    expect(events).toEqual(['renewed', 'renewed']);
  });

  test('that knows the time does not renew for being turned away', async () => {
    const events: string[] = [];
    await keep(await site.enrol('edge-a'), events, true).turnedAway();
    expect(events).toEqual([]);
  });

  test('goes on with what it has while the cloud is away', async () => {
    const identity = await site.enrol('edge-a');
    const events: string[] = [];
    aheadMs = 61 * DAY_MS;
    await site.cloud().stop();
    const own = keep(identity, events);
    await expect.poll(() => events.length).toBeGreaterThan(1);
    expect(new Set(events)).toEqual(new Set(['unreachable']));
    expect(own.current()).toEqual(identity);
    await site.restart();
  });
});

describe('the folder of an identity', () => {
  test('is refused when others can read the key or it is damaged', async () => {
    await site.enrol('edge-a');
    const file = join(site.folder, 'identity-edge-a', 'identity.json');
    const text = readFileSync(file, 'utf8');
    rmSync(file);
    writeFileSync(file, text, { mode: 0o644 });
    expect(filesOf('edge-a').identity()).toMatchObject({ fault: { detail: expect.stringContaining('chmod 600') } });
    rmSync(file);
    writeFileSync(file, text.slice(0, 100), { mode: 0o600 });
    expect(filesOf('edge-a').identity()).toMatchObject({ fault: { detail: expect.stringContaining('damaged') } });
  });

  test('holds no pending key once a certificate is there', async () => {
    await site.enrol('edge-a');
    expect(existsSync(join(site.folder, 'identity-edge-a', 'pending-key.json'))).toBe(false);
  });
});
