import type { Result } from '@meetbrug/protocols/result';
import { z } from 'zod';
import { CODEC_DEFAULTS, CODEC_INPUT_BYTES_MAX, type Codec, type CodecEngine, type CodecFault } from './codec.ts';

const OPEN_CODECS_MAX = 16;
const VARIABLES_MAX = 64;

const hexSchema = z
  .string()
  .regex(/^(?:[0-9a-fA-F]{2})*$/, 'hex digits, two for each byte')
  .transform((text) => Buffer.from(text, 'hex'));
const numbersSchema = z.array(z.int().min(0).max(255)).max(CODEC_INPUT_BYTES_MAX);

const lineSchema = z.object({
  bytes: z.union([hexSchema, numbersSchema], 'hex digits, two for each byte, or an array of numbers from 0 to 255'),
  fPort: z.int().min(0).max(255),
  recvTime: z.iso.datetime({ offset: true }).optional(),
  recvTimeAs: z.enum(['date', 'string']).default(CODEC_DEFAULTS.recvTimeAs),
  variables: z
    .record(z.string(), z.string())
    .refine((variables) => Object.keys(variables).length <= VARIABLES_MAX, `at most ${VARIABLES_MAX}`)
    .default({}),
  codec: z.string().optional(),
});

export interface LineDecoderOptions {
  readonly engine: CodecEngine;
  /** The codec of the lines that have none of their own. */
  readonly codec?: string;
  readonly timeoutMs: number;
  readonly memoryMiB: number;
  readonly normalises: boolean;
  /** The wall clock, in milliseconds: `recvTime` of a line without one. */
  readonly nowMs: () => number;
}

/**
 * Makes a function from a line of JSON `{bytes, fPort, recvTime?, recvTimeAs?, variables?, codec?}` to a line of JSON: `{data,
 * warnings, errors}`, or `{errors}` where there is no data, whatever the line holds. Codecs are opened once; of more than 16
 * different ones the oldest are opened again.
 */
export function createLineDecoder(options: LineDecoderOptions): (line: string) => string {
  const codecs = new Map<string, Result<Codec, CodecFault>>();
  const codecFor = (source: string, recvTimeAs: 'date' | 'string', variables: Record<string, string>) => {
    const key = `${recvTimeAs} ${JSON.stringify(variables)} ${source}`;
    const known = codecs.get(key);
    if (known !== undefined) return known;
    const { engine, timeoutMs, memoryMiB, normalises } = options;
    const opened = engine.open(source, { recvTimeAs, variables, timeoutMs, memoryMiB, normalises });
    codecs.set(key, opened);
    for (const oldest of codecs.keys()) if (codecs.size > OPEN_CODECS_MAX) codecs.delete(oldest);
    return opened;
  };

  return (line) => {
    const parsed = lineSchema.safeParse(jsonOf(line));
    if (!parsed.success) return errorsLine(parsed.error.issues.map(describeIssue));
    const { bytes, fPort, recvTime, recvTimeAs, variables, codec: ownCodec } = parsed.data;
    const source = ownCodec ?? options.codec;
    if (source === undefined) return errorsLine(['codec: give one in the line, or a file with --codec']);
    const codec = codecFor(source, recvTimeAs, variables);
    if (!codec.ok) return faultLine(codec.fault);
    const recvTimeMs = recvTime === undefined ? options.nowMs() : Date.parse(recvTime);
    const text = recvTime === undefined ? {} : { recvTimeText: recvTime };
    const output = codec.value.decode({ bytes, fPort, recvTimeMs, ...text });
    if (!output.ok) return faultLine(output.fault);
    const { data, warnings, normalised } = output.value;
    return JSON.stringify({
      data,
      ...(normalised === undefined ? {} : { normalized: normalised }),
      warnings,
      errors: [],
    });
  };
}

/** The answer to a line of which only this can be said. */
export function errorsLine(errors: readonly string[]): string {
  return JSON.stringify({ errors });
}

function faultLine({ code, detail, errors }: CodecFault): string {
  return errorsLine(errors ?? [`${code}: ${detail}`]);
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function describeIssue({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? 'the line is not a JSON object' : `${path.join('.')}: ${message}`;
}
