import type { Fault, Result } from '@meetbrug/protocols/result';

export const CODEC_FAULTS = [
  'codec-unreadable',
  'codec-no-entry',
  'codec-threw',
  'codec-errors',
  'codec-deadline',
  'codec-memory',
  'codec-stack',
  'codec-result-unsafe',
  'codec-result-too-large',
  'codec-suspended',
] as const;
export type CodecFaultCode = (typeof CODEC_FAULTS)[number];
export interface CodecFault extends Fault<CodecFaultCode> {
  /** Of `codec-errors`: what the codec said, at most 17 texts of at most some 200 characters. */
  readonly errors?: readonly string[];
}

/** More bytes than any LoRaWAN frame holds; a longer payload is refused. */
export const CODEC_INPUT_BYTES_MAX = 4096;

export interface CodecOptions {
  /** How `decodeUplink` gets `recvTime`: a Date of its own realm (TS013), or the ISO 8601 text (ThingPark's drivers). */
  readonly recvTimeAs: 'date' | 'string';
  /** Processor time of one call, in milliseconds. Evaluating the codec when it is opened may take ten times as much. */
  readonly timeoutMs: number;
  /** All the memory that one call may take, the engine's own included; at least 16, at most 64. */
  readonly memoryMiB: number;
  /** Settings that the codec sees as `input.variables`, or as the third argument of `Decode`. */
  readonly variables: Readonly<Record<string, string>>;
  /** Whether `normalizeUplink`, where the codec has one, is called with the decoded data. */
  readonly normalises?: boolean;
}

export const CODEC_DEFAULTS = {
  recvTimeAs: 'date',
  timeoutMs: 100,
  memoryMiB: 16,
  variables: {},
} as const satisfies CodecOptions;

export interface CodecInput {
  /** The decrypted payload. The codec gets a copy, as an ordinary array. */
  readonly bytes: Uint8Array | readonly number[];
  readonly fPort: number;
  /** When the uplink was received: `recvTime`, and what `Date.now()` and `new Date()` say inside the codec. */
  readonly recvTimeMs: number;
  /** What `recvTime` is to be where it is a text, such as one with an offset; otherwise `recvTimeMs` as ISO 8601 in UTC. */
  readonly recvTimeText?: string;
}

export interface CodecOutput {
  /** What the codec answered, as JSON would carry it: an object or an array, without what is undefined. */
  readonly data: unknown;
  /** At most 17 texts of at most some 200 characters. */
  readonly warnings: readonly string[];
  /** What `normalizeUplink` made of it, where that was asked for and the codec has one. */
  readonly normalised?: unknown;
}

/** A codec that is ready. Every call begins from the state that it had when it was opened, so the same input gives the same output. */
export interface Codec {
  decode(input: CodecInput): Result<CodecOutput, CodecFault>;
}

export interface CodecEngine {
  /** Evaluates the text of a codec. It stays open as long as it is referred to. */
  open(source: string, options: CodecOptions): Result<Codec, CodecFault>;
  /** Bytes that the sandbox holds now: its memory and the images of the codecs that were used last. */
  readonly memoryBytes: number;
}
