import { describe, expect, test } from 'vitest';
import { centreOf, createNeighbourhoodFinder, parseNeighbourhoods } from './neighbourhoods.ts';

const PROPERTIES = { nameProperty: 'code', labelProperty: 'naam' };
const square = (west: number, south: number, size = 1) => [
  [west, south],
  [west + size, south],
  [west + size, south + size],
  [west, south + size],
  [west, south],
];
const feature = (code: unknown, coordinates: unknown, type = 'Polygon') => ({
  type: 'Feature',
  properties: { code, naam: `Wijk ${code}` },
  geometry: { type, coordinates },
});
const parse = (...features: object[]) =>
  parseNeighbourhoods(JSON.stringify({ type: 'FeatureCollection', features }), PROPERTIES);

describe('a file of neighbourhoods', () => {
  test('names them for IRIs', () => {
    const named = parse(feature('44021A00_1', [square(3, 51)]));
    expect(named.ok && named.value[0]).toMatchObject({ name: '44021a00-1', label: 'Wijk 44021A00_1' });
  });

  test('says which holds a point: holes are outside, a shared boundary belongs to the first', () => {
    const parsed = parse(
      feature('A', [square(3, 51), square(3.4, 51.4, 0.2)]),
      feature('B', [[square(4, 51)], [square(6, 51)]], 'MultiPolygon'),
    );
    const find = createNeighbourhoodFinder(parsed.ok ? parsed.value : expect.fail());
    const at = (longitude: number, latitude: number) => find({ longitude, latitude })?.name;
    expect([at(3.1, 51.1), at(3.5, 51.5), at(4, 51.5), at(4.5, 51.5), at(6.5, 51.5), at(5.5, 51.5)]).toEqual([
      'a',
      undefined,
      'a',
      'b',
      'b',
      undefined,
    ]);
    expect(at(3.1, 51.1)).toBe('a');
    expect(centreOf((parsed.ok ? parsed.value[0] : undefined) ?? expect.fail())).toEqual([3.5, 51.5]);
  });

  test.each([
    ['no JSON', parseNeighbourhoods('{', PROPERTIES), 'document'],
    ['a point', parse(feature('a', [3, 51], 'Point')), 'geometry'],
    ['Lambert coordinates', parse(feature('a', [square(104_000, 193_000)])), 'degrees in WGS 84'],
    ['a name twice', parse(feature('a', [square(3, 51)]), feature('A', [square(4, 51)])), 'there twice'],
    ['no name', parse(feature(undefined, [square(3, 51)])), 'property "code" is no name'],
    ['a ring of three positions', parse(feature('a', [square(3, 51).slice(0, 3)])), 'features.0'],
    ['too many positions', parse(feature('a', [Array.from({ length: 2_000_001 }, () => [3, 51])])), 'simplify'],
  ])('is refused with %s', (_, parsed, detail) => {
    expect(parsed).toMatchObject({ ok: false, fault: { detail: expect.stringContaining(detail) } });
  });
});
