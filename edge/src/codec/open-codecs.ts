import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { fail, ok, type Result } from '@meetbrug/protocols/result';
import type { Codec, CodecEngine, CodecFault, CodecOptions } from './codec.ts';
import { suspendAfterDeadlines } from './suspend-codec.ts';

const FILE_BYTES_MAX = 4 * 1_048_576;

export interface CodecFile {
  /** What it is known by, such as the name of its model. */
  readonly name: string;
  /** An absolute path. */
  readonly file: string;
  readonly options: CodecOptions;
}

export interface OpenedCodecs {
  readonly codecs: ReadonlyMap<string, Codec>;
  /** Those that cannot be used, each with its reason. */
  readonly faults: ReadonlyMap<string, CodecFault>;
}

/**
 * Opens codecs from their files, each of them suspended when it misses its deadlines.
 *
 * @param nowMs a clock that only goes forward, in milliseconds
 */
export function openCodecs(engine: CodecEngine, files: readonly CodecFile[], nowMs: () => number): OpenedCodecs {
  const codecs = new Map<string, Codec>();
  const faults = new Map<string, CodecFault>();
  for (const { name, file, options } of files) {
    const source = readCodecFile(file);
    const opened = source.ok ? engine.open(source.value, options) : source;
    if (opened.ok) codecs.set(name, suspendAfterDeadlines(opened.value, nowMs));
    else faults.set(name, opened.fault);
  }
  return { codecs, faults };
}

/** The text of a codec's file. A fault names the file. */
export function readCodecFile(file: string): Result<string, CodecFault> {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const { size } = fstatSync(descriptor);
      if (size > FILE_BYTES_MAX)
        return fail('codec-unreadable', `${file} has ${size} bytes, at most ${FILE_BYTES_MAX}`);
      return ok(readFileSync(descriptor, 'utf8'));
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    return fail('codec-unreadable', `cannot read ${file}: ${(error as Error).message}`);
  }
}
