import { constants as zlib, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { BATCH_BOUNDS, BODY_ENCODINGS } from '@meetbrug/protocols/delivery';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type { z } from 'zod';

/** A body for the link: the encoding's byte, then JSON in zstd level 1, the fastest that still halves it many times. */
export function encodeBody(value: unknown): Buffer {
  const compressed = zstdCompressSync(JSON.stringify(value), { params: { [zlib.ZSTD_c_compressionLevel]: 1 } });
  return Buffer.concat([Buffer.of(BODY_ENCODINGS.zstd), compressed]);
}

/** Reads a body of the link against its schema, within the bounds of a batch. */
export function decodeBody<T>(bytes: Uint8Array, schema: z.ZodType<T>): Result<T, Fault<'bad-body'>> {
  try {
    const parsed = schema.safeParse(JSON.parse(bodyText(bytes)));
    return parsed.success ? ok(parsed.data) : fail('bad-body', parsed.error.message);
  } catch (error) {
    return fail('bad-body', (error as Error).message);
  }
}

function bodyText(bytes: Uint8Array): string {
  if (bytes.byteLength > BATCH_BOUNDS.compressedBytesMax) throw new RangeError(`${bytes.byteLength} bytes`);
  const body = bytes.subarray(1);
  if (bytes[0] === BODY_ENCODINGS.json) return Buffer.from(body).toString('utf8');
  if (bytes[0] !== BODY_ENCODINGS.zstd) throw new RangeError(`unknown encoding ${bytes[0]}`);
  return zstdDecompressSync(body, { maxOutputLength: BATCH_BOUNDS.bodyBytesMax }).toString('utf8');
}
