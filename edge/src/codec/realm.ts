import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JSValuePointer } from 'quickjs-emscripten-core';
import { MEMORY_MIB_MAX } from './capped-memory.ts';
import type { MemoryImage } from './memory-image.ts';
import type { CallLimits, Ending, Sandbox } from './sandbox.ts';

const LIMITS: CallLimits = { timeoutMs: 2_000, memoryMiB: MEMORY_MIB_MAX };

/** What every codec begins from: a realm with `module`, a silent console and the harness that calls the codec. */
export interface Realm {
  readonly image: MemoryImage;
  /** The same with `Buffer`, which makes the image, and so each call, larger. */
  readonly imageWithBuffer: MemoryImage;
  /** Functions of the harness. Their addresses hold in every image that comes from this one. */
  readonly open: JSValuePointer;
  readonly decode: JSValuePointer;
  readonly describe: JSValuePointer;
  /** A script that is evaluated after the codec; see realm/find-entry.js. */
  readonly findEntry: string;
}

/** Builds the realm in a sandbox in which nothing has run. */
export function buildRealm(sandbox: Sandbox): Realm {
  const harness = finished(sandbox.evaluate(readScript('harness'), LIMITS, 'own'));
  const functions = {
    open: sandbox.member(harness, 'open'),
    decode: sandbox.member(harness, 'decode'),
    describe: sandbox.member(harness, 'describe'),
  };
  const image = sandbox.takeImage();
  finished(sandbox.evaluate(readScript('buffer'), LIMITS, 'own'));
  return { ...functions, image, imageWithBuffer: sandbox.takeImage(), findEntry: readScript('find-entry') };
}

function finished(ending: Ending): JSValuePointer {
  if (ending.kind === 'value') return ending.value;
  throw new Error(
    `the realm of codecs cannot be built: ${ending.kind === 'cut-off' ? ending.fault.detail : 'it throws'}`,
  );
}

/** Its last expression is its value. */
function readScript(name: string): string {
  return readFileSync(join(import.meta.dirname, 'realm', `${name}.js`), 'utf8');
}
