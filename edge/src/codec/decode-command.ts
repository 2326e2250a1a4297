import { once } from 'node:events';
import { addAbortSignal, type Readable, type Writable } from 'node:stream';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import { z } from 'zod';
import { type BoundedLine, BoundedLines } from './bounded-lines.ts';
import { MEMORY_MIB_MAX, MEMORY_MIB_MIN } from './capped-memory.ts';
import { CODEC_DEFAULTS } from './codec.ts';
import { loadCodecEngine } from './codec-engine.ts';
import { createLineDecoder, errorsLine, type LineDecoderOptions } from './decode-line.ts';
import { readCodecFile } from './open-codecs.ts';

/** A codec of a mebibyte fits, whatever JSON makes of its line ends and quotes. */
const LINE_BYTES_MAX = 4 * 1_048_576;
/** Answers are written together up to this many characters. */
const WRITE_LENGTH = 65_536;
const TIMEOUT_MS_MAX = 10_000;

const optionsSchema = z.object({
  codec: z.string().optional(),
  timeoutMs: z.coerce.number(`--timeout-ms: a number from 1 to ${TIMEOUT_MS_MAX}`).min(1).max(TIMEOUT_MS_MAX),
  memoryMib: z.coerce
    .number(`--memory-mib: a number from ${MEMORY_MIB_MIN} to ${MEMORY_MIB_MAX}`)
    .min(MEMORY_MIB_MIN)
    .max(MEMORY_MIB_MAX),
  normalize: z.boolean(),
});

/** The options of `meetbrug-edge decode` as the command line gives them. */
export type DecodeOptions = Readonly<Record<keyof z.input<typeof optionsSchema>, unknown>>;

export interface DecodeStreams {
  readonly input: Readable;
  readonly output: Writable;
  /** The wall clock, in milliseconds. */
  readonly nowMs: () => number;
}

/**
 * Answers every line of the input with one line, in order; see {@link createLineDecoder}. Reads no faster than its answers are
 * taken. A fault is about the options or the codec's file, and then nothing has been read; a codec that cannot be evaluated is
 * one too.
 */
export async function decodeInput(given: DecodeOptions, streams: DecodeStreams): Promise<Result<undefined, Fault>> {
  const options = optionsSchema.safeParse(given);
  if (!options.success) {
    return fail('options', options.error.issues.map(({ message }) => message).join('; '));
  }
  const { codec: file, timeoutMs, memoryMib: memoryMiB, normalize: normalises } = options.data;
  const codec = file === undefined ? undefined : readCodecFile(file);
  if (codec?.ok === false) return fail(codec.fault.code, `--codec: ${codec.fault.detail}`);
  const engine = await loadCodecEngine();
  const limits = { timeoutMs, memoryMiB, normalises };
  if (codec !== undefined) {
    const opened = engine.open(codec.value, { ...CODEC_DEFAULTS, ...limits });
    if (!opened.ok) return fail(opened.fault.code, `--codec: ${file}: ${opened.fault.detail} (${opened.fault.code})`);
  }
  const source = codec === undefined ? {} : { codec: codec.value };
  const isClosed = await answerLines({ engine, ...limits, ...source, nowMs: streams.nowMs }, streams);
  return isClosed ? fail('output', 'the output was closed before everything was decoded') : ok(undefined);
}

/**
 * Holds one line and some 64 KiB of answers. A blank line is no line.
 *
 * @returns whether the output was closed before the input had ended
 */
async function answerLines(options: LineDecoderOptions, { input, output }: DecodeStreams): Promise<boolean> {
  const decodeLine = createLineDecoder(options);
  const lines = new BoundedLines(LINE_BYTES_MAX);
  const closing = new AbortController();
  output.once('error', () => closing.abort());
  let answers = '';
  const flush = async () => {
    const isTaken = output.write(answers);
    answers = '';
    if (!isTaken) await once(output, 'drain');
  };
  const answer = async (line: BoundedLine) => {
    if ('text' in line && line.text.trim() === '') return;
    answers += 'text' in line ? decodeLine(line.text) : errorsLine([`the line has more than ${LINE_BYTES_MAX} bytes`]);
    answers += '\n';
    if (answers.length >= WRITE_LENGTH) await flush();
  };
  try {
    for await (const chunk of addAbortSignal(closing.signal, input)) {
      for (const line of lines.take(chunk)) await answer(line);
      if (answers !== '') await flush();
    }
    for (const line of lines.end()) await answer(line);
    if (answers !== '') await flush();
  } catch (error) {
    if (!closing.signal.aborted) throw error;
  }
  return closing.signal.aborted;
}
