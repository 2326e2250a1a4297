import { fail } from '@meetbrug/protocols/result';
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { accessSchema } from '../config/access-config.ts';
import { createTokenVerifier, grantsOf } from './verify-token.ts';

const NOW_MS = Date.UTC(2026, 10, 1);
const CONFIG =
  accessSchema.parse({
    oauth2: { issuer: 'https://login.example', audience: 'cloud', jwksFile: 'keys.json', clockToleranceSeconds: 30 },
  }).oauth2 ?? expect.fail();

async function createLab() {
  const lab = { nowMs: NOW_MS, asked: 0 };
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const local = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), kid: 'one' }] });
  const verify = createTokenVerifier(
    CONFIG,
    (...of) => {
      lab.asked += 1;
      return local(...of);
    },
    () => lab.nowMs,
  );
  const sign = (claims: Record<string, unknown>) =>
    new SignJWT({ iss: 'https://login.example', aud: 'cloud', sub: 'me', exp: NOW_MS / 1_000 + 600, ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .sign(privateKey);
  return { lab, verify, sign };
}

describe('a token', () => {
  test('is who it says it is, once its signature was looked at', async () => {
    const { lab, verify, sign } = await createLab();
    const token = await sign({ scope: 'openid read:demo/mobility' });
    for (const _ of [1, 2, 3]) {
      expect(await verify(token)).toMatchObject({
        ok: true,
        value: {
          expiresMs: NOW_MS + 630_000,
          caller: { kind: 'token', identity: 'token me', grants: { read: ['demo/mobility'], write: [] } },
        },
      });
    }
    expect(lab.asked).toBe(1);
    lab.nowMs += 60_001;
    await verify(token);
    expect(lab.asked).toBe(2);
  });

  test('ends when it says, however lately it was looked at', async () => {
    const { lab, verify, sign } = await createLab();
    const token = await sign({ exp: NOW_MS / 1_000 + 5 });
    lab.nowMs = NOW_MS + 34_000;
    expect(await verify(token)).toMatchObject({ ok: true });
    lab.nowMs = NOW_MS + 36_000;
    expect(await verify(token)).toMatchObject({ ok: false, fault: { detail: 'the token has expired' } });
  });

  test.each<[Record<string, unknown>, RegExp]>([
    [{ exp: undefined }, /"exp"/],
    [{ sub: undefined }, /"sub"/],
    [{ aud: ['another'] }, /"aud"/],
    [{ iss: 'https://login.example/' }, /"iss"/],
    [{ nbf: NOW_MS / 1_000 + 3_600 }, /"nbf"/],
  ])('with %j is refused by the claim that does not count, without its value', async (claims, detail) => {
    const { verify, sign } = await createLab();
    const verified = await verify(await sign(claims));
    expect(verified.ok ? '' : verified.fault.detail).toMatch(detail);
    expect(verified).toMatchObject({ fault: { code: 'credentials-refused' } });
  });

  test('with more than one audience counts for each', async () => {
    const { verify, sign } = await createLab();
    expect(await verify(await sign({ aud: ['another', 'cloud'] }))).toMatchObject({ ok: true });
  });

  test.each(['', '.', '..', 'a.b.c', 'x'.repeat(10_000), `${Buffer.from('{"alg":"none"}').toString('base64url')}..`])(
    'is none: %#',
    async (text) => {
      const { verify } = await createLab();
      expect(await verify(text)).toMatchObject({ ok: false, fault: { code: 'credentials-refused' } });
    },
  );

  test('cannot be judged while the keys of the issuer cannot be had', async () => {
    const { sign } = await createLab();
    const unreachable = async () => {
      throw new TypeError('fetch failed');
    };
    const verify = createTokenVerifier(CONFIG, unreachable, () => NOW_MS);
    expect(await verify(await sign({}))).toEqual({
      ok: false,
      fault: { ...fail('issuer-unreachable', expect.any(String)).fault, retryAfterSeconds: 5 },
    });
  });
});

test.each<[unknown, object]>([
  [undefined, { read: [], write: [] }],
  [7, { read: [], write: [] }],
  ['', { read: [], write: [] }],
  ['read:demo/mobility write:demo/* read:demo', { read: ['demo/mobility'], write: ['demo/*'] }],
  [['read:demo/*', 5, 'read:demo/a/b', 'read:*/*', 'admin:demo/*'], { read: ['demo/*'], write: [] }],
  ['traffic', { read: ['demo/mobility', 'other/*'], write: [] }],
  [['feeder'], { read: [], write: ['demo/permits'] }],
])('the claim %j gives %j', (claim, expected) => {
  const explained = [
    {
      scope: 'traffic',
      right: 'read' as const,
      streams: [
        { organisation: 'demo', stream: 'mobility' },
        { organisation: 'other', stream: '*' },
      ],
    },
    { scope: 'feeder', right: 'write' as const, streams: [{ organisation: 'demo', stream: 'permits' }] },
  ];
  expect(grantsOf(claim, explained)).toEqual(expected);
});
