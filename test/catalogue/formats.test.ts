import {
  CATALOGUE_FORMATS,
  type CatalogueFormat,
  catalogueTriples,
  writeCatalogue,
  writeRdfXml,
} from '@meetbrug/protocols/dcat';
import { blank, iri, literal, rdf, type Triple, xsd } from '@meetbrug/protocols/oslo';
import fc from 'fast-check';
import { isomorphic } from 'rdf-isomorphic';
import { describe, expect, it } from 'vitest';
import { quadsOf } from '../oslo/graphs.ts';
import { CATALOGUE } from './example-catalogue.ts';
import { parseCatalogue, parseRdfXml } from './parse-catalogue.ts';

const triples = catalogueTriples(CATALOGUE);
const bytesOf = (text: string) => new TextEncoder().encode(text);

describe('a catalogue', () => {
  const wanted = quadsOf(triples);

  it.each(CATALOGUE_FORMATS)('is the same graph in %s, and ASCII', async (format: CatalogueFormat) => {
    const text = writeCatalogue(format, triples);
    const graph = await parseCatalogue(format, bytesOf(text));
    expect(graph).toHaveLength(wanted.length);
    expect(isomorphic(graph, wanted)).toBe(true);
    expect(text).toMatch(/^[\n -~]*$/);
  });

  it('says nothing twice', () => {
    const lines = writeCatalogue('ntriples', triples).trimEnd().split('\n');
    expect(lines.filter((line, index) => lines.indexOf(line) !== index)).toEqual([]);
  });
});

const NAMESPACES = { rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#', ex: 'https://example.org/' };
const predicate = fc.constantFrom('a', 'b-c', 'd_e').map((name) => iri(NAMESPACES.ex + name));
/** No dot segments: a reader of XML resolves references, and would take them away. */
const part = fc.string({ unit: fc.constantFrom('a', '1', '/', '&', "'", '=', '%25', 'é', '\u{1f6b2}') });
const resource = fc.tuple(part, part).map(([path, fragment]) => iri(`${NAMESPACES.ex}${path}?${path}#${fragment}`));
/** Anything that XML can hold; what it cannot is another test. */
const text = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom(...'&<>"\'\r\n\t ]é\u{1f6b2}'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    ),
  })
  .filter((value) => /^[\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u.test(value));
const value = fc.oneof(
  resource,
  text.map((lexical) => literal(lexical, xsd.string)),
  text.map((lexical) => literal(lexical, xsd.dateTime)),
  text.map((lexical) => ({ ...literal(lexical, rdf.langString), language: 'nl' })),
);

describe('RDF/XML', () => {
  it('reads back as what was written, whatever the texts and however deep the blank nodes', async () => {
    const documents = fc.array(fc.tuple(resource, fc.array(fc.tuple(predicate, value), { minLength: 1 }), fc.nat(3)));
    await fc.assert(
      fc.asyncProperty(documents, async (blocks) => {
        const said = blocks.flatMap(([subject, statements, depth], index): Triple[] => {
          const chain = Array.from({ length: depth }, (_, level) => blank(`n${index}x${level}`));
          const holders = [subject, ...chain];
          return holders.flatMap((holder, level): Triple[] => [
            ...statements.map(([property, object]) => ({ subject: holder, predicate: property, object })),
            ...(chain[level] === undefined
              ? []
              : [{ subject: holder, predicate: iri(`${NAMESPACES.ex}next`), object: chain[level] }]),
          ]);
        });
        const graph = await parseRdfXml(bytesOf(writeRdfXml(said, NAMESPACES)));
        expect(isomorphic(graph, quadsOf(said))).toBe(true);
      }),
      { seed: 11, numRuns: 200 },
    );
  });

  it('replaces what XML cannot hold, so that the document is still read', async () => {
    const said = { subject: iri('https://example.org/a'), predicate: iri('https://example.org/b') };
    const written = writeRdfXml([{ ...said, object: literal('a\u0000b\u000bc\uffffd', xsd.string) }], NAMESPACES);
    const [quad] = await parseRdfXml(bytesOf(written));
    expect(quad?.object.value).toBe('a\ufffdb\ufffdc\ufffdd');
  });

  it('refuses a predicate that XML has no name for', () => {
    const said = { subject: iri('https://example.org/a'), object: iri('https://example.org/b') };
    for (const name of ['https://example.org/1', 'https://other.example/a']) {
      expect(() => writeRdfXml([{ ...said, predicate: iri(name) }], NAMESPACES)).toThrow(/no namespace/);
    }
  });
});
