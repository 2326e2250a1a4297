import { CHARSET, contentType, MEDIA_TYPES, type RdfFormat } from '../ldes/formats.ts';
import { jsonLdSyntax } from '../ldes/writers/json-ld.ts';
import { N_TRIPLES } from '../ldes/writers/n-triples.ts';
import type { Syntax } from '../ldes/writers/syntax.ts';
import { turtleSyntax } from '../ldes/writers/turtle.ts';
import type { Triple } from '../oslo/triple.ts';
import { CATALOGUE_NAMESPACES } from './catalogue-terms.ts';
import { writeRdfXml } from './rdf-xml.ts';

/** The formats of a catalogue: what harvesters read first. */
export const CATALOGUE_FORMATS = ['turtle', 'jsonld', 'rdfxml', 'nquads', 'ntriples', 'trig'] as const;
export type CatalogueFormat = (typeof CATALOGUE_FORMATS)[number];

export const CATALOGUE_MEDIA_TYPES: Readonly<Record<CatalogueFormat, string>> = {
  ...MEDIA_TYPES,
  rdfxml: 'application/rdf+xml',
};

/** The value of `Content-Type`. */
export function catalogueContentType(format: CatalogueFormat): string {
  return format === 'rdfxml' ? `${CATALOGUE_MEDIA_TYPES.rdfxml}; charset=${CHARSET}` : contentType(format);
}

const TURTLE = turtleSyntax(CATALOGUE_NAMESPACES);
const SYNTAXES: Readonly<Record<RdfFormat, Syntax>> = {
  nquads: N_TRIPLES,
  ntriples: N_TRIPLES,
  turtle: TURTLE,
  trig: TURTLE,
  jsonld: jsonLdSyntax({
    document: { '@version': 1.1, ...CATALOGUE_NAMESPACES },
    namespaces: CATALOGUE_NAMESPACES,
    terms: new Map(),
  }),
};

/** A whole document with the given triples, in their order. ASCII only. */
export function writeCatalogue(format: CatalogueFormat, triples: readonly Triple[]): string {
  if (format === 'rdfxml') return writeRdfXml(triples, CATALOGUE_NAMESPACES);
  const { start, blocks, end } = SYNTAXES[format];
  return `${start}${blocks(triples)}${end}`;
}
