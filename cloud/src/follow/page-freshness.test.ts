import { describe, expect, it } from 'vitest';
import { nextPollMs, readCacheControl } from './page-freshness.ts';

describe('what Cache-Control says', () => {
  it.each([
    ['public, max-age=604800, immutable', undefined, { immutable: true, maxAgeSeconds: 604_800 }],
    ['public,max-age=60', undefined, { immutable: false, maxAgeSeconds: 60 }],
    ['Public, Max-Age="60"', '50', { immutable: false, maxAgeSeconds: 10 }],
    ['max-age=10', '60', { immutable: false, maxAgeSeconds: 0 }],
    ['max-age=60, no-cache', undefined, { immutable: false, maxAgeSeconds: 0 }],
    ['x-immutable-not', undefined, { immutable: false }],
    ['max-age=-1', 'soon', { immutable: false }],
    [undefined, undefined, { immutable: false }],
  ])('%s with age %s', (header, age, said) => {
    expect(readCacheControl(header, age)).toEqual(said);
  });
});

describe('when an open page is looked at again', () => {
  const bounds = { pollMsMin: 5_000, pollMsMax: 3_600_000 };
  it.each([
    ['not before its answer is stale', { maxAgeSeconds: 60, pollingSeconds: 10 }, 60_000],
    ['not before the advised interval is over', { maxAgeSeconds: 1, pollingSeconds: 30 }, 30_000],
    ['never sooner than we want', { maxAgeSeconds: 0 }, 5_000],
    ['never later than we want', { maxAgeSeconds: 86_400 }, 3_600_000],
    ['soon, of a page that has just changed and says nothing', {}, 5_000],
    ['later the longer a page that says nothing stands still', { stillMs: 1_200_000 }, 120_000],
    ['as advised, however long it stands still', { stillMs: 1_200_000, pollingSeconds: 10 }, 10_000],
  ])(
    '%s',
    (_, { stillMs = 0, ...said }: { stillMs?: number; maxAgeSeconds?: number; pollingSeconds?: number }, waitMs) => {
      const nowMs = 1_800_000_000_000;
      expect(nextPollMs({ nowMs, changedMs: nowMs - stillMs, ...said }, bounds)).toBe(nowMs + waitMs);
    },
  );
});
