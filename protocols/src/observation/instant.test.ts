import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatInstant, INSTANT_MAX_MS, parseInstant } from './instant.ts';

describe('an instant', () => {
  it.each([
    ['2026-07-14T13:05:12.406+00:00', '2026-07-14T13:05:12.406Z'],
    ['2026-11-03T04:20:00.118223+00:00', '2026-11-03T04:20:00.118Z'],
    ['2026-07-14T06:00:28.823500726Z', '2026-07-14T06:00:28.823Z'],
    ['2026-05-09T15:00:02.7+00:00', '2026-05-09T15:00:02.700Z'],
    ['2026-07-14T15:05:12+02:00', '2026-07-14T13:05:12Z'],
    ['2026-07-14T15:05:12+0200', '2026-07-14T13:05:12Z'],
    ['2026-07-01T12:00:00.000Z', '2026-07-01T12:00:00Z'],
    ['2024-02-29T23:59:59.999Z', '2024-02-29T23:59:59.999Z'],
    ['2026-05-09 13:00:00Z', '2026-05-09T13:00:00Z'],
  ])('reads %s as %s', (text, canonical) => {
    const ms = parseInstant(text);
    expect(ms !== undefined && formatInstant(ms)).toBe(canonical);
  });

  it.each([
    '2026-07-14T13:05:12',
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-07-14T24:00:00Z',
    '2026-07-14T13:60:00Z',
    '1969-12-31T23:59:59Z',
    'yesterday',
    '',
  ])('refuses %j', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  it('survives its own text at every millisecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: INSTANT_MAX_MS }), (ms) => {
        expect(parseInstant(formatInstant(ms))).toBe(ms);
      }),
      { seed: 21 },
    );
  });
});
