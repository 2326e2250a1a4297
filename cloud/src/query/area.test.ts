import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Area, distanceMetres, isInArea, POSITIONS_MAX, parseBox, parseCircle, parsePolygon } from './area.ts';

function area(parsed: ReturnType<typeof parseBox>): Area {
  if (!parsed.ok) throw new Error(parsed.fault.detail);
  return parsed.value;
}

describe('an area', () => {
  test('as a box holds its edges, also over the 180th meridian', () => {
    const box = area(parseBox('3.5,51,4,51.5'));
    expect([isInArea(box, [3.5, 51]), isInArea(box, [4, 51.5]), isInArea(box, [4.01, 51.2])]).toEqual([
      true,
      true,
      false,
    ]);
    const pacific = area(parseBox('170,-20,-170,20'));
    expect([isInArea(pacific, [175, 0]), isInArea(pacific, [-175, 0]), isInArea(pacific, [0, 0])]).toEqual([
      true,
      true,
      false,
    ]);
  });

  test('as a circle holds what is as near along the ground', () => {
    // One minute of latitude is a nautical mile, 1,852 metres, to a thousandth.
    expect(distanceMetres([3.7, 51], [3.7, 51 + 1 / 60])).toBeCloseTo(1_853, -1);
    const circle = area(parseCircle('3.7,51,2000'));
    expect([isInArea(circle, [3.7, 51 + 1 / 60]), isInArea(circle, [3.7, 51.02])]).toEqual([true, false]);
  });

  test('as a polygon has holes, and reads well-known text and GeoJSON alike', () => {
    const ring = (from: number, to: number) => [
      [from, from],
      [to, from],
      [to, to],
      [from, to],
      [from, from],
    ];
    const wkt = [ring(0, 10), ring(4, 6)].map((one) => `(${one.map((at) => at.join(' ')).join(', ')})`).join(', ');
    const both = [
      parsePolygon(`POLYGON (${wkt})`),
      parsePolygon(JSON.stringify({ type: 'Polygon', coordinates: [ring(0, 10), ring(4, 6)] })),
    ].map(area);
    fc.assert(
      fc.property(fc.integer({ min: -1, max: 11 }), fc.integer({ min: -1, max: 11 }), (x, y) => {
        const isWithin = (from: number, to: number) => x >= from && x <= to && y >= from && y <= to;
        const expected = isWithin(0, 10) && !(x > 4 && x < 6 && y > 4 && y < 6);
        expect(both.map((one) => isInArea(one, [x, y]))).toEqual([expected, expected]);
      }),
      { seed: 6 },
    );
  });

  test.each([
    ['box', () => parseBox('1,2,3')],
    ['box upside down', () => parseBox('1,3,2,1')],
    ['box without a number', () => parseBox('1,,3,4')],
    ['circle without a radius', () => parseCircle('1,2,0')],
    ['circle off the earth', () => parseCircle('1,91,10')],
    ['point', () => parsePolygon('POINT (1 2)')],
    ['open ring', () => parsePolygon('{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]}')],
    ['broken JSON', () => parsePolygon('{"type":')],
    ['too many positions', () => parsePolygon(`POLYGON ((${'0 0, '.repeat(POSITIONS_MAX)}0 0))`)],
  ])('is refused with a reason: %s', (_name, parse) => {
    expect(parse()).toMatchObject({ ok: false, fault: { code: 'bad-area', detail: expect.stringMatching(/.{4}/) } });
  });
});
