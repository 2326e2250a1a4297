import { type Fault, fail, ok, type Result } from '../result/mod.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Parses a message body as JSON (RFC 8259: UTF-8). The caller has bounded its size. */
export function parseMessageJson(body: Uint8Array): Result<unknown, Fault<'not-json'>> {
  try {
    return ok(JSON.parse(utf8.decode(body)));
  } catch (error) {
    return fail('not-json', error instanceof Error ? error.message : String(error));
  }
}
