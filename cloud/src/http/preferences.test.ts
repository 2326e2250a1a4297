import { describe, expect, test } from 'vitest';
import { parsePreferences } from './preferences.ts';

describe('a negotiation header', () => {
  test('is a list of names with their weights and parameters', () => {
    expect(parsePreferences('text/turtle; Profile="a b";q=0.5 , */*')).toEqual([
      { name: 'text/turtle', quality: 0.5, parameters: new Map([['profile', 'a b']]) },
      { name: '*/*', quality: 1, parameters: new Map() },
    ]);
  });

  test.each([
    ['a/b;p="x,y;z=1"', 'x,y;z=1'],
    ['a/b;p="say \\"x\\", then y"', 'say "x", then y'],
    ['a/b;p=plain', 'plain'],
  ])('keeps what is quoted whole: %s', (header, value) => {
    const preferences = parsePreferences(`${header}, c/d`);
    expect(preferences.map(({ name }) => name)).toEqual(['a/b', 'c/d']);
    expect(preferences[0]?.parameters.get('p')).toBe(value);
  });

  test.each(['a/b;q=2', 'a/b;q=-1', 'a/b;q=', 'a/b;q=much'])('refuses by a weight that is none: %s', (header) => {
    expect(parsePreferences(header)[0]?.quality).toBe(0);
  });

  test('that is longer than anyone needs is read to its bound, fast', () => {
    const startedMs = performance.now();
    expect(parsePreferences('"\\'.repeat(500_000)).length).toBeLessThan(2_001);
    expect(performance.now() - startedMs).toBeLessThan(50);
  });
});
