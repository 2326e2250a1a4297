import type { CatalogueFormat } from '@meetbrug/protocols/dcat';
import type { Quad } from 'n3';
import { RdfXmlParser } from 'rdfxml-streaming-parser';
import { parseGraph } from '../formats/parse-graph.ts';

/** The quads of a document, by readers that are not ours. */
export function parseCatalogue(format: CatalogueFormat, bytes: Uint8Array): Promise<Quad[]> {
  return format === 'rdfxml' ? parseRdfXml(bytes) : parseGraph(format, bytes);
}

export function parseRdfXml(bytes: Uint8Array): Promise<Quad[]> {
  return new Promise((resolve, reject) => {
    const quads: Quad[] = [];
    const parser = new RdfXmlParser({ validateUri: true });
    parser.on('data', (quad: Quad) => quads.push(quad));
    parser.once('error', reject);
    parser.once('end', () => resolve(quads));
    parser.end(Buffer.from(bytes));
  });
}
