import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';

/** Reads a body of at most so many bytes. One that is longer is not read to its end. */
export async function receiveBody(
  body: ReadableStream<Uint8Array> | null,
  bytesMax: number,
): Promise<Result<Uint8Array, Fault<'too-large' | 'broken-off'>>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of body ?? []) {
      length += chunk.length;
      if (length > bytesMax) return fail('too-large', `more than ${bytesMax} bytes`);
      chunks.push(chunk);
    }
  } catch {
    return fail('broken-off', 'the body did not come whole');
  }
  return ok(Buffer.concat(chunks));
}
