import { describe, expect, test } from 'vitest';
import { distanceDegrees, type Geometry, lengthDegrees, relate } from './geometry.ts';
import { parseWkt } from './parse-wkt.ts';

function geometry(text: string): Geometry {
  const read = parseWkt(text);
  if (!read.ok) throw new Error(read.fault.detail);
  return read.value;
}

const SQUARE = 'POLYGON((0 0, 4 0, 4 4, 0 4, 0 0))';
const WITH_HOLE = 'POLYGON((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 3 1, 3 3, 1 3, 1 1))';

describe('a point beside a geometry', () => {
  test.each([
    ['POINT(1 1)', 'POINT(1 1)', '0FFFFFFF2'],
    ['POINT(1 1)', 'POINT(2 2)', 'FF0FFF0F2'],
    ['POINT(1 1)', 'MULTIPOINT((1 1), (2 2))', '0FFFFF0F2'],
    ['POINT(2 2)', SQUARE, '0FFFFF212'],
    ['POINT(0 2)', SQUARE, 'F0FFFF212'],
    ['POINT(4 4)', SQUARE, 'F0FFFF212'],
    ['POINT(5 5)', SQUARE, 'FF0FFF212'],
    ['POINT(2 2)', WITH_HOLE, 'FF0FFF212'],
    ['POINT(1 2)', WITH_HOLE, 'F0FFFF212'],
    ['POINT(0.5 2)', WITH_HOLE, '0FFFFF212'],
    ['POINT(5 5)', `MULTIPOLYGON(((0 0, 1 0, 1 1, 0 0)), ((4 4, 6 4, 6 7, 4 4)))`, '0FFFFF212'],
    ['POINT(1 0)', 'LINESTRING(0 0, 2 0)', '0FFFFF102'],
    ['POINT(0 0)', 'LINESTRING(0 0, 2 0)', 'F0FFFF102'],
    ['POINT(0 0)', 'LINESTRING(0 0, 2 0, 2 2, 0 0)', '0FFFFF1F2'],
    ['POINT(2 0)', 'MULTILINESTRING((0 0, 2 0), (2 0, 4 0))', '0FFFFF102'],
  ])('%s, %s: %s', (point, other, matrix) => {
    expect(relate(geometry(point), geometry(other))).toBe(matrix);
    const transposed = [0, 3, 6, 1, 4, 7, 2, 5, 8].map((index) => matrix[index]).join('');
    if (!other.startsWith('POINT')) expect(relate(geometry(other), geometry(point))).toBe(transposed);
  });

  test.each([
    ['POINT(0 0)', 'POINT(3 4)', 5],
    ['POINT(5 2)', SQUARE, 1],
    ['POINT(2 2)', SQUARE, 0],
    ['POINT(2 2)', WITH_HOLE, 1],
    ['POINT(1 3)', 'LINESTRING(0 0, 2 0)', 3],
    ['POINT(5 4)', 'LINESTRING(0 0, 2 0)', 5],
  ])('%s, %s: %d degrees apart', (point, other, degrees) => {
    expect(distanceDegrees(geometry(point), geometry(other))).toBeCloseTo(degrees, 12);
    expect(distanceDegrees(geometry(other), geometry(point))).toBeCloseTo(degrees, 12);
  });

  test('is the only pair that is known', () => {
    expect(relate(geometry(SQUARE), geometry(SQUARE))).toBeUndefined();
    expect(distanceDegrees(geometry(SQUARE), geometry(SQUARE))).toBeUndefined();
  });
});

test('lines have a length, and nothing else has', () => {
  expect(lengthDegrees(geometry('MULTILINESTRING((0 0, 3 4), (0 0, 1 0))'))).toBe(6);
  expect(lengthDegrees(geometry(SQUARE))).toBe(0);
});

describe('well-known text', () => {
  test.each(['point(1 2)', 'Point (1 2)', ' POINT Z (1 2 3) ', 'SRID=4326;POINT(1 2)', 'POINT(1.0 2e0)'])(
    '%j is a point',
    (text) => {
      expect(geometry(text)).toEqual({ kind: 'points', points: [[1, 2]] });
    },
  );

  test.each([
    'POINT()',
    'POINT(1)',
    'POINT(1 2 3 4)',
    'POINT(1 2, 3 4)',
    'POINT((1 2))',
    'POINT(1 2',
    'POINT(1 2))',
    'LINESTRING(1 2)',
    'POLYGON((0 0, 1 0, 1 1))',
    'POLYGON((0 0, 1 0, 1 1, 0 1))',
    'POLYGON(0 0, 1 0, 1 1, 0 0)',
    'GEOMETRYCOLLECTION(POINT(1 2))',
    'SRID=31370;POINT(1 2)',
    'POINT EMPTY',
    '',
  ])('%j is none that is known', (text) => {
    expect(parseWkt(text).ok).toBe(false);
  });
});
