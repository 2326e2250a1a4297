import { describe, expect, it } from 'vitest';
import { createRecentCache } from './recent-cache.ts';

describe('a cache of recent entries', () => {
  it('forgets the least recently used entry beyond its bound', () => {
    const cache = createRecentCache<number>(2);
    cache.set('a', 1);
    cache.set('b', 2);
    expect(cache.get('a')).toBe(1);
    cache.set('c', 3);
    expect(cache.get('b')).toBeUndefined();
    expect([cache.get('a'), cache.get('c'), cache.size]).toEqual([1, 3, 2]);
  });

  it('replaces an entry without growing', () => {
    const cache = createRecentCache<number>(1);
    cache.set('a', 1);
    cache.set('a', 2);
    expect([cache.get('a'), cache.size]).toEqual([2, 1]);
  });

  it.each([0, -1, 1.5])('refuses a bound of %d', (entriesMax) => {
    expect(() => createRecentCache(entriesMax)).toThrow(RangeError);
  });
});
