import { Parser, Writer } from 'n3';

/** Seconds in which an RDF library writes pages whose triples it has in memory already: what most servers do. */
export function writeWithN3(pages: readonly Uint8Array[]): number {
  const parsed = pages.map((page) => new Parser({ format: 'N-Quads' }).parse(Buffer.from(page).toString()));
  const startedMs = performance.now();
  for (const quads of parsed) {
    const writer = new Writer({ format: 'N-Quads' });
    writer.addQuads(quads);
    writer.end(() => undefined);
  }
  return (performance.now() - startedMs) / 1000;
}
