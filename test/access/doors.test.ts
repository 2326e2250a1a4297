import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { revokeKey } from '@meetbrug/cloud/src/access/keys-command.ts';
import { parseConfig } from '@meetbrug/cloud/src/config/load-config.ts';
import type { Cloud } from '@meetbrug/cloud/src/main.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askAt, leaksIn, nameOf, saying } from './compare-answers.ts';
import { bearer, createTestIssuer, type Headers, makeKey, type TestIssuer, unknownKey } from './credentials.ts';
import { DOORS } from './doors.ts';
import { deliverAll, startPrivateCloud, type TestClock, waitForFiles } from './private-cloud.ts';

const BUILD_MS = 90_000;
const HOUR_MS = 3_600_000;
const clock: TestClock = { nowMs: 0 };
const nowMs = () => clock.nowMs;
const folder = mkdtempSync(join(tmpdir(), 'meetbrug-access-'));
const folders = { own: join(folder, 'own'), twin: join(folder, 'twin') };
/** The cloud with the private stream, and one that was told all but that. */
const running: { own?: Cloud; twin?: Cloud } = {};
let issuer: TestIssuer;

async function start(name: keyof typeof folders, isCold: boolean): Promise<void> {
  const settings = { dataDir: folders[name], jwks: issuer.jwks, nowMs, isCold, hasOutside: true };
  running[name] = await startPrivateCloud(settings);
}

async function stop(): Promise<void> {
  await running.own?.stop();
  await running.twin?.stop();
}

const portOf = (name: keyof typeof folders) => running[name]?.ports.http ?? expect.fail('the cloud does not run');
const rightKey = (): Headers => ({ 'X-API-KEY': makeKey(folders.own, nowMs(), {}).key });

beforeAll(async () => {
  clock.nowMs = Date.UTC(2026, 10, 1);
  issuer = createTestIssuer(nowMs);
  for (const name of ['own', 'twin'] as const) {
    await start(name, false);
    await deliverAll(running[name] ?? expect.fail(), clock, name === 'own');
  }
  await stop();
  for (const name of ['own', 'twin'] as const) await start(name, true);
  await waitForFiles(folders.own, ['demo']);
  await waitForFiles(folders.twin, ['demo']);
}, BUILD_MS);

afterAll(async () => {
  await stop();
  rmSync(folder, { recursive: true });
});

describe('who may read a private stream', () => {
  const right = {
    'with a key for it': () => rightKey(),
    'with a key for all of the organisation': () => ({
      'X-API-KEY': makeKey(folders.own, nowMs(), { streams: ['demo/*'] }).key,
    }),
    'with a token for it': () => bearer(issuer.token()),
  };
  test.each(Object.entries(right))('%s gets all of it, at every door that has it', async (_, credentials) => {
    const asked = await askAt(
      portOf('own'),
      DOORS.filter(({ shows }) => shows),
      await credentials(),
    );
    expect(asked.length).toBeGreaterThan(20);
    for (const one of asked) {
      expect([one.answer.status, leaksIn(one).length > 0], nameOf(one.door)).toEqual([200, true]);
      expect(one.answer.headers['cache-control'], nameOf(one.door)).toMatch(/\bprivate\b/);
      expect(one.answer.headers.vary, nameOf(one.door)).toMatch(/Authorization, X-API-KEY/);
    }
  });
});

/** Memory and disk are full of what an authorised reader was given. */
describe('who may not, after somebody who may has asked at every door,', () => {
  beforeAll(async () => {
    const ending = DOORS.filter(({ isEndless }) => isEndless === undefined);
    await askAt(portOf('own'), ending, rightKey());
  }, BUILD_MS);

  test('without credentials: is refused what is closed, and told the rest as if there were no private stream', async () => {
    // What is for a proxy in front says nothing here.
    const password = { Authorization: 'Basic a2FuYXJpZTprYW5hcmll' };
    const [asked, expected] = await Promise.all([askAt(portOf('own'), DOORS, password), askAt(portOf('twin'), DOORS)]);
    for (const [index, one] of asked.entries()) {
      const name = nameOf(one.door);
      expect(leaksIn(one), name).toEqual([]);
      if (one.door.kind === 'operator') continue;
      const twin = expected[index] ?? expect.fail();
      expect(saying(one), name).toEqual(saying(twin));
      if (one.door.kind === 'open') {
        expect(one.answer.status, name).not.toBe(401);
        continue;
      }
      expect(one.answer.status, name).toBe(401);
      expect(one.answer.headers['www-authenticate'], name).toMatch(/^Bearer, ApiKey/);
      expect(one.answer.headers['cache-control'], name).toBe('no-store');
    }
  });

  test('but has something for another stream: is forbidden what is closed', async () => {
    const elsewhere: Headers[] = [
      { 'X-API-KEY': makeKey(folders.own, nowMs(), { streams: ['other/heat-stress', 'demo/device-status'] }).key },
      { 'X-API-KEY': makeKey(folders.own, nowMs(), { rights: ['write'] }).key },
      bearer(issuer.token({ scope: 'read:other/* write:demo/heat-stress openid' })),
    ];
    const strangers = await askAt(portOf('own'), DOORS);
    for (const credentials of elsewhere) {
      for (const [index, one] of (await askAt(portOf('own'), DOORS, credentials)).entries()) {
        const name = nameOf(one.door);
        expect(leaksIn(one), name).toEqual([]);
        const { answer } = strangers[index] ?? expect.fail();
        if (one.door.kind === 'closed') expect(one.answer.status, name).toBe(403);
        if (one.door.kind !== 'open') continue;
        expect([one.answer.status, one.answer.headers.etag], name).toEqual([answer.status, answer.headers.etag]);
        expect(one.answer.body.equals(answer.body), name).toBe(true);
      }
    }
  });

  const revoked = () => {
    const { key, id } = makeKey(folders.own, nowMs(), {});
    const config = parseConfig('organisations: [{ name: demo, label: Demo }]');
    if (!config.ok) throw new Error(config.fault.detail);
    return { key, revoke: () => revokeKey({ config: config.value, dataDir: folders.own, nowMs: nowMs() }, id) };
  };
  const bad: Record<string, () => Headers | Promise<Headers>> = {
    'a key that nobody made': () => ({ 'X-API-KEY': unknownKey() }),
    'a key with another secret': () => {
      const { key } = makeKey(folders.own, nowMs(), {});
      return { 'X-API-KEY': `${key.slice(0, 21)}${unknownKey().slice(21)}` };
    },
    'no key at all': () => ({ 'X-API-KEY': 'kanarie' }),
    'an empty key': () => ({ 'X-API-KEY': '' }),
    'an expired key': () => ({ 'X-API-KEY': makeKey(folders.own, nowMs() - 2 * HOUR_MS, { days: 1 / 24 }).key }),
    'a key that was good until it was revoked, while the cloud runs': async () => {
      const { key, revoke } = revoked();
      const [door] = DOORS.filter(({ shows }) => shows);
      const [before] = await askAt(portOf('own'), [door ?? expect.fail()], { 'X-API-KEY': key });
      expect(before?.answer.status).toBe(200);
      expect(revoke()).toMatchObject({ ok: true });
      return { 'X-API-KEY': key };
    },
    'a token that has expired': () => bearer(issuer.token({ expiresMs: nowMs() - 60_000 })),
    'a token for another audience': () => bearer(issuer.token({ audience: 'another-cloud' })),
    'a token of another issuer': () => bearer(issuer.token({ issuer: 'https://login.example.net' })),
    'a token signed by somebody else': () => bearer(issuer.token({ isForged: true })),
    'a token with `alg: none`': () => bearer(issuer.unsigned()),
    'a token with the public key as its secret': () => bearer(issuer.confused()),
    'no token at all': () => bearer('kanarie'),
    'an empty token': () => bearer(''),
  };
  test.each(Object.entries(bad))('but shows %s: is refused everything', async (_, credentials) => {
    for (const one of await askAt(portOf('own'), DOORS, await credentials())) {
      expect([one.answer.status, leaksIn(one)], nameOf(one.door)).toEqual([401, []]);
    }
  });

  test('but knows the validators: is not told that nothing has changed', async () => {
    const shown = DOORS.filter(({ shows }) => shows);
    const tags = (await askAt(portOf('own'), shown, rightKey())).map(({ answer }) => answer.headers.etag);
    expect(tags.filter((tag) => tag !== undefined).length).toBeGreaterThan(15);
    for (const [index, door] of shown.entries()) {
      for (const validator of [tags[index], '*'].filter((one) => one !== undefined)) {
        const [one] = await askAt(portOf('own'), [door], { 'If-None-Match': validator });
        const isTold = one?.answer.status === 304 && (validator !== '*' || door.kind === 'closed');
        expect(isTold, nameOf(door)).toBe(false);
      }
    }
  });

  test('and asks with HEAD: learns no length and no validator', async () => {
    const asked = await askAt(
      portOf('own'),
      DOORS.filter(({ kind, method }) => kind === 'closed' && method === undefined).map((door) => ({
        ...door,
        method: 'HEAD',
      })),
    );
    for (const { door, answer } of asked) {
      expect([answer.status, answer.body.length, answer.headers.etag], nameOf(door)).toEqual([401, 0, undefined]);
    }
  });
});

test('pages that are on disk from before a restart are as closed', { timeout: BUILD_MS }, async () => {
  await running.own?.stop();
  await start('own', true);
  const pages = DOORS.filter(({ kind, target }) => kind === 'closed' && target.includes('/page/'));
  for (const one of await askAt(portOf('own'), pages)) {
    expect([one.answer.status, leaksIn(one)], nameOf(one.door)).toEqual([401, []]);
  }
  const [again] = await askAt(portOf('own'), pages, rightKey());
  expect(again?.answer.status).toBe(200);
});
