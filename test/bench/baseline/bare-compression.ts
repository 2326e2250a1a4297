import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const COMPRESS = {
  gzip: (bytes: Uint8Array) => gzipSync(bytes, { level: 6 }),
  br: (bytes: Uint8Array) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
};

/** Seconds in which finished pages are compressed at the levels that the cloud uses, and nothing else is done. */
export function compressBare(pages: readonly Uint8Array[], encoding: keyof typeof COMPRESS): number {
  const startedMs = performance.now();
  for (const page of pages) COMPRESS[encoding](page);
  return (performance.now() - startedMs) / 1000;
}
