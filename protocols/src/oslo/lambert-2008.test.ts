import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toLambert2008 } from './lambert-2008.ts';

/** Lambert conic conformal, two standard parallels, straight from EPSG guidance note 7-2, section 3.1.1.1. */
function byFormula(longitude: number, latitude: number): [x: number, y: number] {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const semiMajor = 6_378_137;
  const flattening = 1 / 298.257222101;
  const e = Math.sqrt(2 * flattening - flattening ** 2);
  const m = (phi: number) => Math.cos(phi) / Math.sqrt(1 - (e * Math.sin(phi)) ** 2);
  const t = (phi: number) =>
    Math.tan(Math.PI / 4 - phi / 2) / ((1 - e * Math.sin(phi)) / (1 + e * Math.sin(phi))) ** (e / 2);
  const [phi1, phi2] = [radians(49 + 50 / 60), radians(51 + 10 / 60)];
  const phiF = radians(50 + 47 / 60 + 52.134 / 3600);
  const lambdaF = radians(4 + 21 / 60 + 33.177 / 3600);
  const n = (Math.log(m(phi1)) - Math.log(m(phi2))) / (Math.log(t(phi1)) - Math.log(t(phi2)));
  const f = m(phi1) / (n * t(phi1) ** n);
  const r = (phi: number) => semiMajor * f * t(phi) ** n;
  const theta = n * (radians(longitude) - lambdaF);
  return [649_328 + r(radians(latitude)) * Math.sin(theta), 665_262 + r(phiF) - r(radians(latitude)) * Math.cos(theta)];
}

describe('Lambert 2008', () => {
  it.each([
    ['the worked example', 3.7174, 51.0495, { x: '604323.51', y: '693454.55' }],
    ['the false origin', 4 + 21 / 60 + 33.177 / 3600, 50 + 47 / 60 + 52.134 / 3600, { x: '649328.00', y: '665262.00' }],
  ])('has %s at its coordinates', (_, longitude, latitude, expected) => {
    expect(toLambert2008(longitude, latitude)).toEqual(expected);
  });

  it('is within a centimetre of the formula of the EPSG guidance note, everywhere in its area', () => {
    const longitude = fc.double({ min: 2.5, max: 6.4, noNaN: true });
    const latitude = fc.double({ min: 49.5, max: 51.51, noNaN: true });
    fc.assert(
      fc.property(longitude, latitude, (lon, lat) => {
        const { x, y } = toLambert2008(lon, lat) ?? expect.fail('inside');
        const [wantedX, wantedY] = byFormula(lon, lat);
        expect(Math.abs(Number(x) - wantedX)).toBeLessThan(0.01);
        expect(Math.abs(Number(y) - wantedY)).toBeLessThan(0.01);
      }),
      { seed: 3812, numRuns: 300 },
    );
  });

  it.each([
    [2.49, 51],
    [6.41, 51],
    [4, 49.49],
    [4, 51.52],
    [-180, -90],
  ])('is not given outside its area: %d, %d', (longitude, latitude) => {
    expect(toLambert2008(longitude, latitude)).toBeUndefined();
  });
});
