import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareDecimals, decimalToNumber, exactDecimal, NAME, parseDecimal } from '../observation/mod.ts';
import { convertUnit, isProperty, OBSERVED_PROPERTIES, PROPERTY_KEYS, UNIT_CODES, unitsFit } from './mod.ts';

describe('the observed-property catalogue', () => {
  it.each(PROPERTY_KEYS)(
    'describes %s in both languages, with a sound range and names that fit keys and IRIs',
    (key) => {
      const property = OBSERVED_PROPERTIES[key];
      expect(property.key).toBe(key);
      expect(property.name).toMatch(NAME);
      expect(property.path).toMatch(/^[a-z0-9-]+(\/[A-Za-z0-9-]+)+$/);
      for (const text of [property.label, property.definition]) {
        expect(text.nl).not.toBe('');
        expect(text.en).not.toBe('');
      }
      expect(property.resolution.mantissa).toBeGreaterThan(0);
      expect(compareDecimals(property.range.min, property.range.max)).toBeLessThan(0);
      expect(property.qudtUnit).toMatch(/^http:\/\/qudt\.org\/vocab\/unit\/[A-Za-z0-9_-]+$/);
      if (property.kind === 'count') expect(property.resolution).toEqual({ mantissa: 1, scale: 0 });
    },
  );

  it('gives every property a name and a path of its own', () => {
    const all = PROPERTY_KEYS.map((key) => OBSERVED_PROPERTIES[key]);
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    expect(new Set(all.map(({ path }) => path)).size).toBe(all.length);
  });

  it('knows its keys and no inherited ones', () => {
    expect(isProperty('air-temperature')).toBe(true);
    expect(isProperty('toString')).toBe(false);
    expect(isProperty('__proto__')).toBe(false);
  });
});

const ANY = exactDecimal(1, 9);

describe('unit conversion', () => {
  it.each([
    ['1250', 'mm', 'm', '1.25'],
    ['125.5', 'cm', 'm', '1.255'],
    ['3050', 'mV', 'V', '3.05'],
    ['-3.5', 'Cel', 'Cel', '-3.5'],
    ['1.25', 'm', 'mm', '1250'],
    ['2', 'm', 'cm', '200'],
    ['212', '[degF]', 'Cel', '100'],
    ['-40', '[degF]', 'Cel', '-40'],
    ['100', 'Cel', '[degF]', '212'],
    ['273.15', 'K', 'Cel', '0'],
    ['36', 'km/h', 'm/s', '10'],
    ['10', 'm/s', 'km/h', '36'],
    ['101.325', 'kPa', 'hPa', '1013.25'],
    ['1', 'bar', 'hPa', '1000'],
    ['0.5', '1', '%', '50'],
    ['250', 'L/s', 'm3/s', '0.25'],
    ['1.2', 'dS/m', 'uS/cm', '1200'],
  ] as const)('turns %s %s into %s exactly: %s', (value, from, to, expected) => {
    expect(convertUnit(parseDecimal(value) ?? expect.fail(), from, to, ANY)).toEqual(parseDecimal(expected));
  });

  it.each([
    ['70', '[degF]', 'Cel', '0.1', '21.1'],
    ['1', 'km/h', 'm/s', '0.1', '0.3'],
    ['0.9', 'km/h', 'm/s', '0.1', '0.2'],
    ['1.26', 'km/h', 'm/s', '0.1', '0.4'],
    ['-0.9', 'km/h', 'm/s', '0.1', '-0.2'],
    ['1', 'm/s', 'km/h', '0.5', '3.5'],
  ] as const)('rounds once, half-even: %s %s in %s at %s is %s', (value, from, to, resolution, expected) => {
    const step = parseDecimal(resolution) ?? expect.fail();
    expect(convertUnit(parseDecimal(value) ?? expect.fail(), from, to, step)).toEqual(parseDecimal(expected));
  });

  it('comes back from every unit of the same kind to within half a step', () => {
    const pairs = UNIT_CODES.flatMap((from) =>
      UNIT_CODES.filter((to) => unitsFit(from, to)).map((to) => [from, to] as const),
    );
    fc.assert(
      fc.property(fc.constantFrom(...pairs), fc.integer({ min: -90_000, max: 90_000 }), ([from, to], thousandths) => {
        const value = exactDecimal(thousandths, 3);
        const there = convertUnit(value, from, to, ANY);
        if (there === undefined) return;
        const back = convertUnit(there, to, from, ANY) ?? expect.fail();
        expect(Math.abs(decimalToNumber(back) - decimalToNumber(value))).toBeLessThan(1e-3);
      }),
      { seed: 51, numRuns: 2_000 },
    );
  });

  it('refuses units of different kinds', () => {
    expect(convertUnit({ mantissa: 1, scale: 0 }, 'mm', 'Cel', ANY)).toBeUndefined();
    expect(convertUnit({ mantissa: 1, scale: 0 }, '%', 'm', ANY)).toBeUndefined();
  });
});
