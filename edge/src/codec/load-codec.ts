import { fail, ok, type Result } from '@meetbrug/protocols/result';
import type { JSValuePointer } from 'quickjs-emscripten-core';
import { MEBIBYTE } from './capped-memory.ts';
import type { CodecFault, CodecOptions } from './codec.ts';
import type { MemoryImage } from './memory-image.ts';
import { readAnswer } from './read-answer.ts';
import type { Realm } from './realm.ts';
import type { CallLimits, Ending, Sandbox } from './sandbox.ts';

/** Evaluating a codec takes longer than calling it: a large one has tables and must be parsed. */
const TIMEOUT_FACTOR = 10;
/** What a codec may keep between calls, the engine's own part included. It is copied before each of them. */
const IMAGE_BYTES_MAX = 4 * MEBIBYTE;
const FAULT_BYTES_MAX = 8_192;
/** What only a module may say. */
const MODULE_SYNTAX = /^\s*(?:export|import)\b/m;

export interface CodecToLoad {
  readonly sandbox: Sandbox;
  readonly realm: Realm;
  readonly source: string;
  readonly options: CodecOptions;
  readonly sourceBytesMax: number;
  readonly resultBytesMax: number;
}

/**
 * Evaluates a codec in a fresh realm and finds its entry point: `decodeUplink` as a global, as an export of a module, in
 * `module.exports` or in a `driver`, then `Decoder`, then `Decode`. The image is taken before any call. A text is a script,
 * where assignments to undeclared names work as they do on The Things Stack; only one that does not parse as a script and has
 * `import` or `export` in it is a module, as ChirpStack loads them all.
 */
export function loadCodec({ source, options, ...loader }: CodecToLoad): Result<MemoryImage, CodecFault> {
  const { sandbox, realm, sourceBytesMax, resultBytesMax } = loader;
  const sourceBytes = Buffer.byteLength(source);
  if (sourceBytes > sourceBytesMax) {
    return fail('codec-unreadable', `${sourceBytes} bytes of text, at most ${sourceBytesMax}`);
  }
  const limits: CallLimits = { timeoutMs: options.timeoutMs * TIMEOUT_FACTOR, memoryMiB: options.memoryMiB };
  const image = source.includes('Buffer') ? realm.imageWithBuffer : realm.image;
  sandbox.restore(image);
  let evaluated = sandbox.evaluate(source, limits);
  const isModule = evaluated.kind === 'exception' && MODULE_SYNTAX.test(source);
  if (isModule) {
    sandbox.restore(image);
    evaluated = sandbox.evaluate(source, limits, 'module');
  }
  if (evaluated.kind !== 'value') return faultOf(sandbox, realm, evaluated);
  const findEntry = sandbox.evaluate(realm.findEntry, limits, 'own');
  if (findEntry.kind !== 'value') return faultOf(sandbox, realm, findEntry);
  const found = sandbox.call(findEntry.value, isModule ? [evaluated.value] : [], undefined, limits);
  if (found.kind !== 'value') return faultOf(sandbox, realm, found);
  const { recvTimeAs, variables, normalises = false } = options;
  const settings = JSON.stringify({ recvTimeAs, variables, normalises, resultLengthMax: resultBytesMax });
  const opened = sandbox.call(realm.open, [found.value], settings, limits);
  if (opened.kind !== 'value') return faultOf(sandbox, realm, opened);
  const refusal = faultIn(sandbox, opened.value);
  return refusal ?? imageWithin(sandbox.takeImage());
}

function imageWithin(image: MemoryImage): Result<MemoryImage, CodecFault> {
  const bytes = image.data.length + image.heap.length;
  return bytes <= IMAGE_BYTES_MAX
    ? ok(image)
    : fail('codec-memory', `it keeps ${bytes} bytes between calls, at most ${IMAGE_BYTES_MAX}`);
}

/** A text that begins with a fault, as a fault. */
function faultIn(sandbox: Sandbox, value: JSValuePointer): { ok: false; fault: CodecFault } | undefined {
  const text = sandbox.read(value, FAULT_BYTES_MAX);
  if (text === undefined || !text.startsWith('!')) return undefined;
  const read = readAnswer(text, FAULT_BYTES_MAX);
  return read.ok ? undefined : read;
}

function faultOf(sandbox: Sandbox, realm: Realm, ending: Ending): { ok: false; fault: CodecFault } {
  if (ending.kind === 'cut-off') return { ok: false, fault: ending.fault };
  const described = sandbox.call(realm.describe, [ending.value], undefined, { timeoutMs: 100, memoryMiB: 64 });
  if (described.kind === 'cut-off') return { ok: false, fault: described.fault };
  if (described.kind === 'exception') return { ok: false, fault: sandbox.scarcity().fault };
  const fault = faultIn(sandbox, described.value);
  return fault?.fault.code === 'codec-threw'
    ? fail('codec-unreadable', fault.fault.detail)
    : (fault ?? fail('codec-unreadable', 'it cannot be evaluated'));
}
