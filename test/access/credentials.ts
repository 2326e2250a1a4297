import { createHmac, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { createKey, type KeyWish } from '@meetbrug/cloud/src/access/keys-command.ts';
import type { LoadedConfig } from '@meetbrug/cloud/src/config/cloud-config.ts';
import { parseConfig } from '@meetbrug/cloud/src/config/load-config.ts';
import { AUDIENCE, ISSUER } from './private-cloud.ts';

export type Headers = Readonly<Record<string, string>>;

/** An issuer of tokens, as a city's login server is one. Its tokens are written here by hand (RFC 7515, RFC 7519). */
export interface TestIssuer {
  readonly jwks: NonNullable<LoadedConfig['jwks']>;
  token(changes?: TokenWish): string;
  /** Signed by nobody. */
  unsigned(): string;
  /** Signed with the public key as if it were a shared secret. */
  confused(): string;
}

export interface TokenWish {
  readonly scope?: string;
  readonly issuer?: string;
  readonly audience?: string;
  readonly expiresMs?: number;
  /** Another key than the issuer's, under the same name. */
  readonly isForged?: boolean;
}

const KEY_ID = 'key-of-test';
const SUBJECT = 'test-client';
export const READ_PRIVATE = 'read:demo/heat-stress';
const MODULUS_BITS = 2_048;

/** @param nowMs the clock of the cloud */
export function createTestIssuer(nowMs: () => number): TestIssuer {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: MODULUS_BITS });
  const { privateKey: forged } = generateKeyPairSync('rsa', { modulusLength: MODULUS_BITS });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kty: 'RSA', kid: KEY_ID, alg: 'RS256', use: 'sig' };
  const claims = () => ({
    scope: READ_PRIVATE,
    sub: SUBJECT,
    iss: ISSUER,
    aud: AUDIENCE,
    exp: Math.floor(nowMs() / 1_000) + 3_600,
  });
  const signed = (alg: string, payload: object, signatureOf: (text: string) => Buffer) => {
    const text = [{ alg, kid: KEY_ID }, payload].map((part) => encode(JSON.stringify(part))).join('.');
    return `${text}.${encode(signatureOf(text))}`;
  };
  const withKey = (key: KeyObject) => (text: string) => sign('sha256', Buffer.from(text), key);
  return {
    jwks: { keys: [jwk] },
    token({ scope = READ_PRIVATE, issuer = ISSUER, audience = AUDIENCE, expiresMs, isForged = false } = {}) {
      const ends = expiresMs === undefined ? {} : { exp: Math.floor(expiresMs / 1_000) };
      const payload = { ...claims(), scope, iss: issuer, aud: audience, ...ends };
      return signed('RS256', payload, withKey(isForged ? forged : privateKey));
    },
    unsigned: () => signed('none', claims(), () => Buffer.alloc(0)),
    confused() {
      const secret = publicKey.export({ format: 'pem', type: 'spki' });
      return signed('HS256', claims(), (text) => createHmac('sha256', secret).update(text).digest());
    },
  };
}

function encode(part: string | Buffer): string {
  return Buffer.from(part).toString('base64url');
}

export function bearer(token: string): Headers {
  return { Authorization: `Bearer ${token}` };
}

/** A well-formed key that nobody has made. */
export function unknownKey(): string {
  return `mbk_${randomBytes(8).toString('hex')}_${randomBytes(32).toString('base64url')}`;
}

/** Makes a key as the command line does, beside a cloud that may run. */
export function makeKey(dataDir: string, nowMs: number, changes: Partial<KeyWish>): { key: string; id: string } {
  const parsed = parseConfig('organisations: [{ name: demo, label: Demo }, { name: other, label: Ander }]');
  if (!parsed.ok) throw new Error(parsed.fault.detail);
  const wish = { name: 'a reader', streams: ['demo/heat-stress'], rights: ['read'], ...changes };
  const created = createKey({ config: parsed.value, dataDir, nowMs }, wish);
  if (!created.ok) throw new Error(created.fault.detail);
  return created.value;
}
