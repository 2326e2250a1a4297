import { describe, expect, test } from 'vitest';
import { matchesEtag, negotiateDocument, negotiateEncoding, negotiateFormat } from './negotiate.ts';

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
    ['text/turtle;q=0.3, text/*;q=0.9, application/trig;q=0.5', 'trig'],
    ['*/*;q=0.1, application/*;q=0.5, application/n-quads;q=0.2', 'trig'],
    ['application/json, application/ld+json;q=0.4', 'jsonld'],
    ['text/turtle;note="a, b;q=0", application/trig;q=0.9', 'turtle'],
  ])('for "%s" is %s', (accept, expected) => {
    expect(negotiateFormat(accept)).toBe(expected);
  });
});

describe('the TREE profile', () => {
  const PROFILE = 'profile="https://w3id.org/tree/profile"';

  test.each([
    [`text/turtle;${PROFILE}`, 'turtle', true],
    [`text/turtle; ${PROFILE}; q=0.5, application/n-quads;q=0.4`, 'turtle', true],
    [`application/n-quads;${PROFILE}, text/turtle`, 'turtle', false],
    [`application/n-quads;${PROFILE}, text/turtle;q=0.9`, 'nquads', true],
    [`application/trig;${PROFILE};q=0.2, application/trig;q=0.9`, 'trig', false],
    ['application/n-triples;profile="urn:x https://w3id.org/tree/profile"', 'ntriples', true],
    ['text/turtle;profile="urn:another"', 'turtle', false],
    [`application/ld+json;${PROFILE}`, undefined, undefined],
    ['*/*', 'turtle', false],
  ])('for "%s" gives %s, with the profile: %s', (accept, format, treeProfile) => {
    const expected = format === undefined ? undefined : { format, treeProfile };
    expect(negotiateDocument(accept)).toEqual(expected);
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
    ['zstd', 'zstd'],
    ['gzip, zstd', 'zstd'],
    ['gzip, deflate, br, zstd', 'br'],
    ['*, br;q=0', 'gzip'],
    ['*;q=0.5, zstd;q=0.4', 'br'],
    ['zstd;q=0, *', 'br'],
    ['identity;q=1, gzip;q=0.5', 'identity'],
    ['identity, gzip', 'gzip'],
    ['GZIP', 'gzip'],
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
