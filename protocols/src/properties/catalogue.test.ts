import { describe, expect, it } from 'vitest';
import { compareDecimals, NAME, parseDecimal } from '../observation/mod.ts';
import { convertUnit, isProperty, OBSERVED_PROPERTIES, PROPERTY_KEYS } from './mod.ts';

describe('the observed-property catalogue', () => {
  it.each(PROPERTY_KEYS)(
    'describes %s in both languages, with a sound range and names that fit keys and IRIs',
    (key) => {
      const property = OBSERVED_PROPERTIES[key];
      expect(property.key).toBe(key);
      expect(property.name).toMatch(NAME);
      expect(property.path).toMatch(/^[a-z0-9-]+(\/[a-z0-9-]+)+$/);
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

describe('unit conversion', () => {
  it.each([
    ['1250', 'mm', 'm', '1.25'],
    ['125.5', 'cm', 'm', '1.255'],
    ['3050', 'mV', 'V', '3.05'],
    ['-3.5', 'Cel', 'Cel', '-3.5'],
    ['1.25', 'm', 'mm', '1250'],
    ['2', 'm', 'cm', '200'],
  ] as const)('turns %s %s into %s exactly: %s', (value, from, to, expected) => {
    expect(convertUnit(parseDecimal(value) ?? expect.fail(), from, to)).toEqual(parseDecimal(expected));
  });

  it('refuses units of different kinds', () => {
    expect(convertUnit({ mantissa: 1, scale: 0 }, 'mm', 'Cel')).toBeUndefined();
    expect(convertUnit({ mantissa: 1, scale: 0 }, '%', 'm')).toBeUndefined();
  });
});
