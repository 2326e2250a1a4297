import { createHash, timingSafeEqual } from 'node:crypto';

/** A key as its holder has it: `mbk_ID_SECRET`. The id is no secret; of the secret only a digest is kept. */
export interface KeyText {
  readonly id: string;
  readonly secret: string;
}

/** Bytes of the two parts. */
export const KEY_ID_BYTES = 8;
export const KEY_SECRET_BYTES = 32;

const KEY = /^mbk_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;
/** Anything that begins as a key does, wherever it stands. */
const KEY_ANYWHERE = /mbk_[0-9a-f]{16}_/;

/** @param id lower-case hex @param secret base64url */
export function formatKey({ id, secret }: KeyText): string {
  return `mbk_${id}_${secret}`;
}

/** Undefined when it is not spelled as a key. */
export function parseKey(text: string): KeyText | undefined {
  const [, id, secret] = KEY.exec(text) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

/** What is kept of a secret: 256 random bits need no slow digest. */
export function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** In a time that says nothing of the secret, also where there is no such key. */
export function isSecretOf(digest: Uint8Array | undefined, secret: string): boolean {
  const given = digestOf(secret);
  const isEqual = timingSafeEqual(given, digest ?? Buffer.alloc(given.length));
  return isEqual && digest !== undefined;
}

const KEY_PARAMETERS = new Set(['apikey', 'xapikey', 'key', 'accesstoken', 'token', 'bearer', 'authorization', 'auth']);

/**
 * Whether an address holds what ought to be in a header: addresses end up in logs, caches and histories. A parameter that
 * is called as credentials usually are counts, and so does anything spelled as a key of ours.
 */
export function hasKeyInAddress(target: string): boolean {
  if (KEY_ANYWHERE.test(target)) return true;
  const at = target.indexOf('?');
  if (at === -1) return false;
  const names = [...new URLSearchParams(target.slice(at + 1)).keys()];
  return names.some((name) => KEY_PARAMETERS.has(name.toLowerCase().replaceAll(/[^a-z]/g, '')));
}
