import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixedText } from '../oslo/point.ts';
import { formatTile, parseTile, tileAt, tilePolygon, wideTile } from './map-tile.ts';

const place = fc.record({
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  zoom: fc.integer({ min: 0, max: 20 }),
});

/** The corners of a polygon as a reader of well-known text has them. */
function bounds(wkt: string) {
  const corners = [...wkt.matchAll(/(-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)] as const);
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  return { corners, west: Math.min(...xs), east: Math.max(...xs), south: Math.min(...ys), north: Math.max(...ys) };
}

describe('the tile of a place', () => {
  it.each([
    ['the middle of the map', 1, 0, 0, 'z1-1-1'],
    // As OpenStreetMap numbers its tiles.
    ['a market square', 14, 4.3517, 50.8503, 'z14-8390-5495'],
    ['a southern harbour', 10, 151.2093, -33.8688, 'z10-942-614'],
    ['the date line from the west', 4, 180, 0, 'z4-15-8'],
    ['the date line from the east', 4, -180, 0, 'z4-0-8'],
    ['the north pole', 6, 0, 90, 'z6-32-0'],
    ['the south pole', 6, 0, -90, 'z6-32-63'],
  ])('of %s is the one that maps use', (_, zoom, longitude, latitude, tile) => {
    expect(formatTile(tileAt(zoom, longitude, latitude))).toBe(tile);
  });

  it('has a polygon that holds the place as it is published', () => {
    fc.assert(
      fc.property(place, ({ longitude, latitude, zoom }) => {
        const { west, east, south, north } = bounds(tilePolygon(tileAt(zoom, longitude, latitude)));
        const [x, y] = [Number(fixedText(longitude)), Number(fixedText(latitude))];
        if (Math.abs(x) < 180) expect(west < x && x < east).toBe(true);
        if (Math.abs(y) < 90) expect(south < y && y < north).toBe(true);
      }),
      { seed: 71, numRuns: 500 },
    );
  });

  it('has a closed polygon, counterclockwise, that meets its neighbours', () => {
    const { corners } = bounds(tilePolygon({ zoom: 14, x: 8390, y: 5495 }));
    expect(corners).toHaveLength(5);
    expect(corners[4]).toEqual(corners[0]);
    const twiceTheArea = corners.slice(1).reduce((sum, [x, y], index) => {
      const [fromX, fromY] = corners[index] ?? expect.fail();
      return sum + fromX * y - x * fromY;
    }, 0);
    expect(twiceTheArea).toBeGreaterThan(0);
    const east = bounds(tilePolygon({ zoom: 14, x: 8391, y: 5495 }));
    const south = bounds(tilePolygon({ zoom: 14, x: 8390, y: 5496 }));
    const here = bounds(tilePolygon({ zoom: 14, x: 8390, y: 5495 }));
    expect(here.east - east.west).toBeCloseTo(0, 5);
    expect(here.south - south.north).toBeCloseTo(0, 5);
  });

  it('lies in the tile some levels up that the place lies in', () => {
    fc.assert(
      fc.property(place, fc.integer({ min: 0, max: 20 }), ({ longitude, latitude, zoom }, levels) => {
        fc.pre(levels <= zoom);
        const wide = wideTile(tileAt(zoom, longitude, latitude), levels);
        expect(wide).toEqual(tileAt(zoom - levels, longitude, latitude));
      }),
      { seed: 72, numRuns: 300 },
    );
  });
});

describe('the text of a tile', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(place, ({ longitude, latitude, zoom }) => {
        const tile = tileAt(zoom, longitude, latitude);
        expect(parseTile(formatTile(tile))).toEqual(tile);
      }),
      { seed: 73 },
    );
  });

  it.each(['z1-2-0', 'z1-0-2', 'z01-0-0', 'z1-00-0', 'z1-0', 'z1-0-0-0', '1-0-0', 'Z1-0-0', 'z1--1-0', 'z1-0-0 ', ''])(
    '%j is none',
    (text) => {
      expect(parseTile(text)).toBeUndefined();
    },
  );
});
