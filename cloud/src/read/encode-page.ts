import { createHash } from 'node:crypto';
import { brotliCompressSync, constants, gzipSync, zstdCompressSync } from 'node:zlib';
import type { Encoding, RenderedPage } from './read-tasks.ts';

const GZIP_LEVEL = 6;
const BROTLI_QUALITY = 4;
const ZSTD_LEVEL = 3;

/**
 * A page in the encoding that was asked for. The validator names the uncompressed bytes, the format and the encoding:
 * strong, and the same after the compressed bytes were thrown away and made again.
 */
export function encodePage(bytes: Uint8Array<ArrayBuffer>, format: string, encoding: Encoding): RenderedPage {
  const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 27);
  return { body: compress(bytes, encoding), etag: `"${hash}-${format}-${encoding}"` };
}

function compress(bytes: Uint8Array<ArrayBuffer>, encoding: Encoding): Uint8Array<ArrayBuffer> {
  return encoding === 'identity' ? bytes : new Uint8Array(COMPRESSORS[encoding](bytes));
}

const COMPRESSORS: Readonly<Record<Exclude<Encoding, 'identity'>, (bytes: Uint8Array) => Uint8Array>> = {
  br: (bytes) =>
    brotliCompressSync(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
  gzip: (bytes) => gzipSync(bytes, { level: GZIP_LEVEL }),
  zstd: (bytes) => zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL } }),
};
