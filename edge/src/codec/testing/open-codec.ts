import { CODEC_DEFAULTS, type Codec, type CodecEngine, type CodecInput, type CodecOptions } from '../codec.ts';

export const INPUT: CodecInput = { bytes: [1, 2, 255], fPort: 85, recvTimeMs: Date.UTC(2026, 10, 24, 12) };

/** Far from what any of the codecs here takes, so that a busy machine decides nothing. */
export const PATIENT_MS = 5_000;

/** A codec that can be opened; throws where it cannot. */
export function openCodec(engine: CodecEngine, source: string, options: Partial<CodecOptions> = {}): Codec {
  const opened = engine.open(source, { ...CODEC_DEFAULTS, timeoutMs: PATIENT_MS, ...options });
  if (!opened.ok) throw new Error(`${opened.fault.code}: ${opened.fault.detail}`);
  return opened.value;
}

/** What a codec answers to {@link INPUT}: its data, or the code of the fault. */
export function answerOf(engine: CodecEngine, source: string, options: Partial<CodecOptions> = {}): unknown {
  const output = openCodec(engine, source, options).decode(INPUT);
  return output.ok ? output.value.data : output.fault.code;
}
