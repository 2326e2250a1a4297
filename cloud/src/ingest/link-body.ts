import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { BATCH_BOUNDS, BODY_ENCODINGS } from '@meetbrug/protocols/delivery';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';

export const BODY_FAULTS = ['unknown-encoding', 'bad-compression', 'body-too-large', 'not-json'] as const;
export type BodyFaultCode = (typeof BODY_FAULTS)[number];

const ZSTD_LEVEL = 1;
/** Below this a compressed body is hardly smaller. */
const COMPRESS_FROM_BYTES = 512;

/**
 * Body of a message on the link: first byte the encoding, then JSON. Never throws and never allocates beyond the bounds
 * of the contract, whatever the bytes.
 */
export function decodeBody(body: Uint8Array): Result<unknown, Fault<BodyFaultCode>> {
  const text = decodeText(body);
  if (!text.ok) return text;
  try {
    return ok(JSON.parse(text.value));
  } catch {
    return fail('not-json', 'the body is not JSON');
  }
}

export function encodeBody(value: unknown): Buffer {
  const text = Buffer.from(JSON.stringify(value));
  if (text.length < COMPRESS_FROM_BYTES) return Buffer.concat([Buffer.of(BODY_ENCODINGS.json), text]);
  const compressed = zstdCompressSync(text, { params: { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL } });
  return Buffer.concat([Buffer.of(BODY_ENCODINGS.zstd), compressed]);
}

function decodeText(body: Uint8Array): Result<string, Fault<BodyFaultCode>> {
  const rest = body.subarray(1);
  if (body[0] === BODY_ENCODINGS.json) {
    return rest.length > BATCH_BOUNDS.bodyBytesMax
      ? fail('body-too-large', `more than ${BATCH_BOUNDS.bodyBytesMax} bytes`)
      : ok(new TextDecoder().decode(rest));
  }
  if (body[0] !== BODY_ENCODINGS.zstd) return fail('unknown-encoding', `first byte ${body[0] ?? 'missing'}`);
  try {
    return ok(zstdDecompressSync(rest, { maxOutputLength: BATCH_BOUNDS.bodyBytesMax }).toString('utf8'));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
      ? fail('body-too-large', `more than ${BATCH_BOUNDS.bodyBytesMax} bytes when decompressed`)
      : fail('bad-compression', 'the body is not zstd');
  }
}
