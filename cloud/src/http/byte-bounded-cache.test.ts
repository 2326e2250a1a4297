import { expect, test } from 'vitest';
import { createByteBoundedCache } from './byte-bounded-cache.ts';

const KEPT = 3;
const BYTES = 1_000;

function fill() {
  const cache = createByteBoundedCache<string>(KEPT * (BYTES + 512));
  for (const key of ['a', 'b', 'c']) cache.set(key, key, BYTES);
  return cache;
}

test('the least recently used goes when the bytes are used up', () => {
  const cache = fill();
  cache.get('a');
  cache.set('d', 'd', BYTES);
  expect(['a', 'b', 'c', 'd'].map((key) => cache.get(key))).toEqual(['a', undefined, 'c', 'd']);
});

test('replacing a value counts its bytes once', () => {
  const cache = fill();
  for (let round = 0; round < 10; round++) cache.set('a', `a${round}`, BYTES);
  expect([cache.size, cache.bytes]).toEqual([KEPT, KEPT * (BYTES + 512)]);
});

test('a value larger than everything is not kept and pushes nothing out', () => {
  const cache = fill();
  cache.set('d', 'd', 1_000_000);
  expect([cache.get('d'), cache.size]).toEqual([undefined, KEPT]);
});
