import { MEDIA_TYPES, type RdfFormat } from '@meetbrug/protocols/ldes';
import jsonld from 'jsonld';
import { Parser, type Quad } from 'n3';

/** `safe` makes jsonld throw where it would drop what it does not understand; its types do not know the option yet. */
const TO_RDF = {
  format: MEDIA_TYPES.nquads as 'application/n-quads',
  safe: true,
  documentLoader: (url: string) => Promise.reject(new Error(`the document needs ${url}`)),
};

/** The quads of a document, by readers that are not ours. A remote JSON-LD context is an error. */
export async function parseGraph(format: RdfFormat, bytes: Uint8Array): Promise<Quad[]> {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  if (format !== 'jsonld') return new Parser({ format: MEDIA_TYPES[format] }).parse(text);
  const nquads = await jsonld.toRDF(JSON.parse(text), TO_RDF);
  return new Parser({ format: MEDIA_TYPES.nquads }).parse(String(nquads));
}

/** The quads of a Turtle text with the prefixes of what we publish. */
export function parseTurtle(text: string): Quad[] {
  return new Parser({ format: MEDIA_TYPES.turtle }).parse(text);
}
