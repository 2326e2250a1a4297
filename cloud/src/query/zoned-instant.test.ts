import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatZoned } from './zoned-instant.ts';

test.each([
  ['2026-03-29T00:59:59Z', '2026-03-29T01:59:59+01:00'],
  ['2026-03-29T01:00:00Z', '2026-03-29T03:00:00+02:00'],
  ['2026-10-25T00:30:00Z', '2026-10-25T02:30:00+02:00'],
  ['2026-10-25T01:30:00Z', '2026-10-25T02:30:00+01:00'],
  ['2026-07-01T12:00:00.250Z', '2026-07-01T14:00:00.250+02:00'],
])('%s is %s in Brussels', (utc, local) => {
  expect(formatZoned(Date.parse(utc), 'Europe/Brussels')).toBe(local);
  expect(formatZoned(Date.parse(utc), 'UTC')).toBe(utc);
});

test('a local time stands for the instant it was made from', () => {
  const instants = fc.integer({ min: 0, max: Date.UTC(2100, 0) });
  fc.assert(
    fc.property(instants, (ms) => Date.parse(formatZoned(ms, 'Europe/Brussels')) === ms),
    { seed: 6 },
  );
});
