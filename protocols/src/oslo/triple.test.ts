import { describe, expect, it } from 'vitest';
import { compactIri, xsd } from './terms.ts';
import { iri, literal } from './triple.ts';

describe('an IRI', () => {
  it.each([
    ['https://example.org/a b', 'https://example.org/a%20b'],
    ['https://example.org/<x>"{}|^`\\', 'https://example.org/%3Cx%3E%22%7B%7D%7C%5E%60%5C'],
    ['https://example.org/\n\u0000', 'https://example.org/%0A%00'],
    ['https://example.org/caf\u00e9#\u{1F6B2}', 'https://example.org/caf\u00e9#\u{1F6B2}'],
  ])('of %j is %j', (text, value) => {
    expect(iri(text).value).toBe(value);
  });
});

describe('a literal', () => {
  it('holds no lone surrogate', () => {
    expect(literal('a\ud800b', xsd.string).value).toBe('a\ufffdb');
  });
});

describe('a compact IRI', () => {
  it.each([
    ['http://qudt.org/vocab/unit/M3-PER-SEC', 'unit:M3-PER-SEC'],
    ['http://www.w3.org/ns/sosa/Observation', 'sosa:Observation'],
    ['https://data.vlaanderen.be/ns/verkeersmetingen#Verkeersmeetpunt.rijrichting', undefined],
    ['http://www.w3.org/ns/sosa/', undefined],
    ['http://www.w3.org/ns/sosa/oms/validTime', undefined],
    ['https://data.example.be/id/demo/sensor/x', undefined],
  ])('of %s is %s', (text, compact) => {
    expect(compactIri(iri(text))).toBe(compact);
  });
});
