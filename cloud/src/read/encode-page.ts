import { createHash } from 'node:crypto';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Encoding, RenderedPage } from './read-tasks.ts';

const GZIP_LEVEL = 6;
const BROTLI_QUALITY = 4;

/**
 * A page in the encoding that was asked for. The validator names the uncompressed bytes, the format and the encoding:
 * strong, and the same after the compressed bytes were thrown away and made again.
 */
export function encodePage(bytes: Uint8Array<ArrayBuffer>, format: string, encoding: Encoding): RenderedPage {
  const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 27);
  return { body: compress(bytes, encoding), etag: `"${hash}-${format}-${encoding}"` };
}

function compress(bytes: Uint8Array<ArrayBuffer>, encoding: Encoding): Uint8Array<ArrayBuffer> {
  if (encoding === 'identity') return bytes;
  const compressed =
    encoding === 'gzip'
      ? gzipSync(bytes, { level: GZIP_LEVEL })
      : brotliCompressSync(bytes, {
          params: {
            [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
            [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
          },
        });
  return new Uint8Array(compressed);
}
