import { describe, expect, test } from 'vitest';
import { matchesEtag, negotiateEncoding, negotiateFormat } from './negotiate.ts';

const LDES_CLIENT =
  'application/n-quads, application/trig;q=0.95, application/ld+json;q=0.9, application/n-triples;q=0.8, text/turtle;q=0.6, application/rdf+xml;q=0.5';
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';

describe('the format', () => {
  test.each([
    [undefined, 'turtle'],
    ['', 'turtle'],
    ['*/*', 'turtle'],
    [BROWSER, 'turtle'],
    [LDES_CLIENT, 'nquads'],
    ['text/turtle', 'turtle'],
    ['application/trig', 'trig'],
    ['application/ld+json', 'jsonld'],
    ['application/n-triples', 'ntriples'],
    ['application/*', 'nquads'],
    ['text/*', 'turtle'],
    ['APPLICATION/LD+JSON', 'jsonld'],
    ['text/turtle;profile="https://w3id.org/tree/profile"', 'turtle'],
    ['text/turtle;q=0.2, application/trig;q=0.3', 'trig'],
    ['application/n-quads;q=0, */*', 'turtle'],
    ['text/turtle;q=0, */*;q=0.1', 'nquads'],
    ['application/rdf+xml', undefined],
    ['application/n-quads;q=0', undefined],
    ['image/png', undefined],
    [';;;,,q=', undefined],
  ])('for "%s" is %s', (accept, expected) => {
    expect(negotiateFormat(accept)).toBe(expected);
  });
});

describe('the encoding', () => {
  test.each([
    [undefined, 'identity'],
    ['', 'identity'],
    ['gzip', 'gzip'],
    ['br,gzip,deflate', 'br'],
    ['gzip, deflate', 'gzip'],
    ['gzip;q=1.0, br;q=0.5', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['*', 'br'],
    ['*;q=0', 'identity'],
    ['zstd', 'identity'],
  ])('for "%s" is %s', (accept, expected) => {
    expect(negotiateEncoding(accept)).toBe(expected);
  });
});

describe('If-None-Match', () => {
  test.each([
    [undefined, false],
    ['"a"', true],
    ['W/"a"', true],
    ['"b", "a"', true],
    ['*', true],
    ['"b"', false],
    ['a', false],
  ])('of %s against "a" is %s', (header, expected) => {
    expect(matchesEtag(header, '"a"')).toBe(expected);
  });
});
