import { describe, expect, test } from 'vitest';
import { digestOf, formatKey, hasKeyInAddress, isSecretOf, parseKey } from './key-text.ts';

const ID = '0123456789abcdef';
const SECRET = 'A'.repeat(43);
const KEY = formatKey({ id: ID, secret: SECRET });

describe('a key', () => {
  test('is read back', () => {
    expect(parseKey(KEY)).toEqual({ id: ID, secret: SECRET });
  });

  test.each([
    '',
    'mbk_',
    KEY.slice(0, -1),
    `${KEY}A`,
    ` ${KEY}`,
    KEY.toUpperCase(),
    KEY.replace('_', '-'),
    '__proto__',
  ])('is none: %j', (text) => expect(parseKey(text)).toBeUndefined());

  test('opens with its secret alone', () => {
    expect(isSecretOf(digestOf(SECRET), SECRET)).toBe(true);
    expect(isSecretOf(digestOf(SECRET), SECRET.replace('A', 'B'))).toBe(false);
    expect(isSecretOf(undefined, SECRET)).toBe(false);
    expect(isSecretOf(Buffer.alloc(32), SECRET)).toBe(false);
  });
});

describe('an address', () => {
  test.each([
    '/ldes/demo/mobility?api_key=x',
    '/ldes/demo/mobility?API-KEY=x',
    '/ldes/demo/mobility?x-api-key=x',
    '/api/v1/datastreams?limit=1&apikey=x',
    '/?access_token=x',
    '/?a%70ikey=x',
    '/?token',
    `/ldes/demo/${KEY}`,
    `/ldes/demo/mobility?page=${KEY}`,
  ])('holds what does not belong there: %s', (target) => expect(hasKeyInAddress(target)).toBe(true));

  test.each([
    '/',
    '/ldes/demo/mobility',
    '/sta/v1.1/Things?$skiptoken=abc&$filter=name%20eq%20%27key%27',
    '/api/v1/datastreams/a.b.c.d?organisation=demo&text=api+key',
    '/key/token',
  ])('holds none: %s', (target) => expect(hasKeyInAddress(target)).toBe(false));
});
