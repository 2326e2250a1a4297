import { fail, ok, type Result } from '@meetbrug/protocols/result';
import { CODEC_FAULTS, type CodecFault, type CodecFaultCode, type CodecOutput } from './codec.ts';

const DETAIL_LENGTH_MAX = 4_000;

/**
 * Reads what the harness said: `!code detail`, or a JSON array of data, warnings and what was normalised. The codec ran in
 * the harness' own realm, so nothing of it is believed.
 */
export function readAnswer(text: string, resultBytesMax: number): Result<CodecOutput, CodecFault> {
  if (text.startsWith('!')) return readFault(text);
  // Every character takes a byte at least and three at most, so that only a result near the bound needs counting.
  if (text.length * 3 > resultBytesMax && Buffer.byteLength(text) > resultBytesMax) {
    return fail('codec-result-too-large', `more than ${resultBytesMax} bytes of JSON`);
  }
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return fail('codec-result-unsafe', 'the answer is not JSON');
  }
  const [data, warnings, ...normalised] = Array.isArray(answer) ? answer : [];
  if (!isContainer(data) || !isTexts(warnings))
    return fail('codec-result-unsafe', 'the codec has changed how it is answered');
  return ok(normalised.length === 0 ? { data, warnings } : { data, warnings, normalised: normalised[0] });
}

function readFault(text: string): { readonly ok: false; readonly fault: CodecFault } {
  const [said] = text.slice(1).split(' ', 1);
  const code = CODEC_FAULTS.find((known): known is CodecFaultCode => known === said);
  if (code === undefined) return fail('codec-result-unsafe', 'the codec has changed how it is answered');
  const detail = text.slice(code.length + 2, code.length + 2 + DETAIL_LENGTH_MAX);
  if (code !== 'codec-errors') return fail(code, detail);
  const errors = errorTexts(detail);
  return { ok: false, fault: { code, detail: errors.join('; '), errors } };
}

function errorTexts(json: string): readonly string[] {
  try {
    const texts: unknown = JSON.parse(json);
    return isTexts(texts) ? texts : [json];
  } catch {
    return [json];
  }
}

function isContainer(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}
