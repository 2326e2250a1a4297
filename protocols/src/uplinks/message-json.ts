import { type Fault, fail, ok, type Result } from '../result/mod.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

export type MessageJson = Result<unknown, Fault<'not-json'>>;

/**
 * Parses a message body as JSON (RFC 8259: UTF-8). The caller has bounded its size. The fault does not quote the body,
 * as the engine's own message would: it may hold anything.
 */
export function parseMessageJson(body: Uint8Array): MessageJson {
  try {
    return ok(JSON.parse(utf8.decode(body)));
  } catch {
    return fail('not-json', `the body of ${body.byteLength} bytes is no JSON in UTF-8`);
  }
}
