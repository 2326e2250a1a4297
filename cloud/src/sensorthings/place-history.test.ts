import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Place, placeHistory } from './place-history.ts';

const said = fc.record({
  saidBy: fc.constantFrom('a', 'b'),
  validFromMs: fc.integer({ min: 0, max: 5 }),
  longitude: fc.integer({ min: 1, max: 3 }),
});
type Said = { readonly saidBy: string; readonly validFromMs: number; readonly longitude: number };

const placesOf = (all: readonly Said[]): Place[] =>
  all.map((one, index) => ({ ...one, id: index + 1, label: 'Brug', latitude: 51 }));

test('the stays of a measuring point are changes of place in time order, each told by what was said', () => {
  fc.assert(
    fc.property(fc.array(said, { minLength: 1, maxLength: 12 }), (all) => {
      const places = placesOf(all);
      const stays = placeHistory(places);
      expect(stays.length).toBeGreaterThan(0);
      stays.forEach((stay, index) => {
        const before = stays[index - 1];
        if (before !== undefined) {
          expect(stay.fromMs).toBeGreaterThan(before.fromMs);
          expect(stay.place.longitude).not.toBe(before.place.longitude);
        }
        const first = places[stay.id - 1];
        expect(first).toMatchObject({ validFromMs: stay.fromMs, longitude: stay.place.longitude });
        expect(places[stay.locationId - 1]?.longitude).toBe(stay.place.longitude);
      });
    }),
    { seed: 4, numRuns: 500 },
  );
});

test('a later description never renumbers a stay that keeps its moment and place', () => {
  fc.assert(
    fc.property(fc.array(said, { minLength: 1, maxLength: 8 }), said, (all, later) => {
      const before = placeHistory(placesOf(all));
      const after = placeHistory(placesOf([...all, later]));
      for (const stay of before) {
        const same = after.find(
          ({ fromMs, place }) => fromMs === stay.fromMs && place.longitude === stay.place.longitude,
        );
        if (same !== undefined) expect([same.id, same.locationId]).toEqual([stay.id, stay.locationId]);
      }
    }),
    { seed: 5, numRuns: 500 },
  );
});

test('of two descriptions from one moment that of the key that sorts last is right', () => {
  const places = placesOf([
    { saidBy: 'b', validFromMs: 1, longitude: 2 },
    { saidBy: 'a', validFromMs: 1, longitude: 3 },
  ]);
  expect(placeHistory(places).map(({ place }) => place.longitude)).toEqual([2]);
});
