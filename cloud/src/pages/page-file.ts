import { createHash } from 'node:crypto';
import { z } from 'zod';

/** A finished page as it goes out: encoded, with the name of exactly this representation. */
export interface KeptPage {
  readonly etag: string;
  readonly body: Uint8Array<ArrayBuffer>;
}

const headerSchema = z.strictObject({
  identity: z.string(),
  etag: z.string().regex(/^"[\x21\x23-\x7e]+"$/),
  /** SHA-256 of the body. */
  checksum: z.string(),
});

const LINE_END = 0x0a;
const HEADER_BYTES_MAX = 4_096;

/** The bytes of a file that holds one page: a line of JSON that says what it is, then the body. */
export function encodePageFile(identity: string, { etag, body }: KeptPage): Uint8Array {
  const header = JSON.stringify({ identity, etag, checksum: checksumOf(body) });
  return Buffer.concat([Buffer.from(`${header}\n`), body]);
}

/**
 * The page of a file; undefined when the file is torn, damaged or another page's. Nothing was synced when it was written,
 * so after a power cut any part of it may be missing: the checksum decides.
 */
export function decodePageFile(identity: string, bytes: Buffer): KeptPage | undefined {
  const headerLength = bytes.subarray(0, HEADER_BYTES_MAX).indexOf(LINE_END);
  if (headerLength < 0) return undefined;
  const header = parseHeader(bytes.toString('utf8', 0, headerLength));
  if (header === undefined || header.identity !== identity) return undefined;
  const body = new Uint8Array(bytes.subarray(headerLength + 1));
  return checksumOf(body) === header.checksum ? { etag: header.etag, body } : undefined;
}

function parseHeader(text: string): z.infer<typeof headerSchema> | undefined {
  try {
    return headerSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function checksumOf(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('base64url');
}
