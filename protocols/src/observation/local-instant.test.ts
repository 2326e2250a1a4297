import { describe, expect, it } from 'vitest';
import { formatInstant } from './instant.ts';
import { isKnownZone, parseLocalInstant } from './local-instant.ts';

const ZONE = 'Europe/Brussels';

describe('a local time', () => {
  it.each([
    ['2026-07-14T15:20:00', '2026-07-14T13:20:00Z'],
    ['2026-01-14 15:20:00.250', '2026-01-14T14:20:00.250Z'],
    ['2026-03-29T01:59:59', '2026-03-29T00:59:59Z'],
    ['2026-03-29T03:00:00', '2026-03-29T01:00:00Z'],
    ['2026-10-25T03:00:00', '2026-10-25T02:00:00Z'],
    ['2000-02-29T00:00:00', '2000-02-28T23:00:00Z'],
  ])('%s in Belgium is %s', (text, instant) => {
    const ms = parseLocalInstant(text, ZONE, 0);
    expect(ms === undefined ? 'none' : formatInstant(ms)).toBe(instant);
  });

  it.each([
    ['2026-10-25T00:30:05Z', '2026-10-25T00:30:00Z'],
    ['2026-10-25T01:30:05Z', '2026-10-25T01:30:00Z'],
  ])('in the repeated hour, heard at %s, is %s', (heard, instant) => {
    const ms = parseLocalInstant('2026-10-25T02:30:00', ZONE, Date.parse(heard));
    expect(ms === undefined ? 'none' : formatInstant(ms)).toBe(instant);
  });

  it.each([
    ['that the clock skipped', '2026-03-29T02:30:00', ZONE],
    ['with an offset', '2026-07-14T15:20:00Z', ZONE],
    ['of a day that is none', '2026-02-30T00:00:00', ZONE],
    ['before 1970', '1970-01-01T00:00:12', ZONE],
    ['of a zone that is not known', '2026-07-14T15:20:00', 'Europe/Nowhere'],
  ])('%s is none', (_, text, zone) => {
    expect(parseLocalInstant(text, zone, 0)).toBeUndefined();
  });

  it('agrees with the offset of the zone in every hour of a year', () => {
    for (let ms = Date.UTC(2026, 0, 1); ms < Date.UTC(2027, 0, 1); ms += 3_600_000) {
      const summer = ms >= Date.UTC(2026, 2, 29, 1) && ms < Date.UTC(2026, 9, 25, 1);
      const local = new Date(ms + (summer ? 7_200_000 : 3_600_000)).toISOString().slice(0, 19);
      expect(parseLocalInstant(local, ZONE, ms), local).toBe(ms);
    }
  });
});

describe('a zone', () => {
  it.each([
    [ZONE, true],
    ['UTC', true],
    ['Here/There', false],
    ['', false],
  ])('%j is known: %s', (zone, known) => {
    expect(isKnownZone(zone)).toBe(known);
  });
});
