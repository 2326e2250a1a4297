/** The RDF formats of every document, the server's favourite first: what a plain client gets, and the fastest to parse. */
export const RDF_FORMATS = ['nquads', 'turtle', 'trig', 'jsonld', 'ntriples'] as const;
export type RdfFormat = (typeof RDF_FORMATS)[number];

export const MEDIA_TYPES: Readonly<Record<RdfFormat, string>> = {
  nquads: 'application/n-quads',
  turtle: 'text/turtle',
  trig: 'application/trig',
  jsonld: 'application/ld+json',
  ntriples: 'application/n-triples',
};

/** Documents are ASCII, which is UTF-8 too: a reader that decodes chunk by chunk cannot damage them. */
export const CHARSET = 'utf-8';

/** The value of `Content-Type`. JSON-LD is UTF-8 by definition and knows no such parameter (RFC 8259 section 11). */
export function contentType(format: RdfFormat): string {
  return format === 'jsonld' ? MEDIA_TYPES.jsonld : `${MEDIA_TYPES[format]}; charset=${CHARSET}`;
}
