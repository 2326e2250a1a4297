import { describe, expect, it } from 'vitest';
import { formatInstant } from '../observation/instant.ts';
import { parseGpsDuration } from './gps-time.ts';

describe('a time since the GPS epoch', () => {
  it.each([
    // 2017-01-01T00:00:00Z is 1,167,264,018 s of GPS time: the first instant with 18 leap seconds.
    ['1167264018s', '2017-01-01T00:00:00Z'],
    ['1477715418.2509s', '2026-11-03T04:30:00.250Z'],
    ['1477715418.000000001s', '2026-11-03T04:30:00Z'],
  ])('%s is %s', (text, instant) => {
    expect(formatInstant(parseGpsDuration(text) ?? 0)).toBe(instant);
  });

  it.each(['', '1477715418', '-1s', '999999999999s', '1.s', '1e9s', 's'])('%j is none', (text) => {
    expect(parseGpsDuration(text)).toBeUndefined();
  });
});
