import { describe, expect, it } from 'vitest';
import { compareFeed, EXACTLY_AS_EXPECTED, type FeedComparison } from './compare-feed.ts';

const EXPECTED = new Map([
  ['urn:a', '1.5'],
  ['urn:b', '2'],
]);
const SOUND = [
  ['urn:a#1', { isVersionOf: 'urn:a', value: '1.5' }],
  ['urn:b#2', { isVersionOf: 'urn:b', value: '2' }],
] as const;

describe('compareFeed', () => {
  it('finds nothing wrong with exactly the expected members', () => {
    expect(compareFeed(EXPECTED, SOUND)).toEqual(EXACTLY_AS_EXPECTED);
  });

  it.each<{ what: string; published: Parameters<typeof compareFeed>[1]; finds: Partial<FeedComparison> }>([
    { what: 'a member that is lost', published: SOUND.slice(1), finds: { missing: ['urn:a'] } },
    {
      what: 'a member that nobody sent',
      published: [...SOUND, ['urn:c#1', { isVersionOf: 'urn:c', value: '3' }]],
      finds: { unexpected: ['urn:c#1'] },
    },
    {
      what: 'an observation that was published twice',
      published: [...SOUND, ['urn:a#9', { isVersionOf: 'urn:a', value: '1.5' }]],
      finds: { repeated: ['urn:a'] },
    },
    {
      what: 'a value that differs, were it by one digit',
      published: [SOUND[0], ['urn:b#2', { isVersionOf: 'urn:b', value: '2.0' }]],
      finds: { differing: [{ observation: 'urn:b', expected: '2', published: '2.0' }] },
    },
    {
      what: 'a member without a value',
      published: [SOUND[0], ['urn:b#2', { isVersionOf: 'urn:b' }]],
      finds: { differing: [{ observation: 'urn:b', expected: '2', published: 'no value' }] },
    },
  ])('finds $what', ({ published, finds }) => {
    expect(compareFeed(EXPECTED, published)).toEqual({ ...EXACTLY_AS_EXPECTED, ...finds });
  });

  it('lets appear what was sent without a promise, and does not miss it', () => {
    const sent = new Map([...EXPECTED, ['urn:c', '3'] as const]);
    expect(compareFeed(EXPECTED, SOUND, sent)).toEqual(EXACTLY_AS_EXPECTED);
    const appeared = [...SOUND, ['urn:c#7', { isVersionOf: 'urn:c', value: '3' }] as const];
    expect(compareFeed(EXPECTED, appeared, sent)).toEqual(EXACTLY_AS_EXPECTED);
  });
});
