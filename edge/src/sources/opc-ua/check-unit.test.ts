import { describe, expect, it } from 'vitest';
import { isStatedUnit } from './check-unit.ts';

/** The characters of a UNECE code as a number in base 256. */
const code = (text: string) => [...text].reduce((number, character) => number * 256 + character.charCodeAt(0), 0);

describe('isStatedUnit', () => {
  it.each([
    ['m', { unitId: code('MTR'), displayName: 'metre' }, true],
    ['m', { unitId: 5_067_858, displayName: '' }, true],
    ['Cel', { unitId: -1, displayName: '°C' }, true],
    ['m3/s', { unitId: -1, displayName: ' m³/s ' }, true],
    ['km/h', { unitId: -1, displayName: 'km/u' }, true],
    ['%', { unitId: code('P1'), displayName: 'percent' }, true],
    ['m', { unitId: code('CMT'), displayName: 'cm' }, false],
    ['m', { unitId: -1, displayName: 'mm' }, false],
    ['{index}', { unitId: 0, displayName: '' }, false],
  ] as const)('compares %s with %o', (unit, stated, expected) => {
    expect(isStatedUnit(unit, stated)).toBe(expected);
  });
});
