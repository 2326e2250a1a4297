import { z } from 'zod';
import {
  datastreamDescriptionSchema,
  datastreamKeySchema,
  epochMsSchema,
} from '../observation/datastream-description.ts';
import { QUALITY_CODE_MAX } from '../observation/quality.ts';

/**
 * The contract between edge and cloud. Bodies are JSON, compressed by the shells (see {@link BODY_ENCODINGS}).
 *
 * An edge numbers the uplinks in its outbox; a sequence belongs to an epoch, a random name of the outbox file, so that a
 * restored older file is never mistaken for the newer one. The revision of an observation is the sequence of the uplink
 * that carried it: it rises with every commit of one edge.
 */
export const DELIVERY_VERSION = 1;

/** First byte of every body on the link: how the rest is encoded. */
export const BODY_ENCODINGS = { json: 0, zstd: 1 } as const;

/** Bounds of one batch: what the cloud refuses to read beyond. */
export const BATCH_BOUNDS = {
  compressedBytesMax: 1_048_576,
  bodyBytesMax: 8_388_608,
  uplinksMax: 2_000,
  observationsPerUplinkMax: 256,
  datastreamsMax: 20_000,
  inputsPerObservationMax: 16,
  gapsPerUplinkMax: 256,
} as const;

export const epochSchema = z.string().regex(/^[0-9a-f]{16}$/, '16 hex digits');
export const sequenceSchema = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
/** A decimal, or `<k` for a count that is suppressed: from 0 to k − 1. */
const valueText = z
  .string()
  .max(24)
  .regex(/^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?|<[1-9]\d{0,5})$/);

/**
 * [index in `datastreams`, begin, end or null for an instant, result time, value, packed quality, inputs]; times in epoch ms.
 * Inputs only behind a derived value: [index in `datastreams`, begin] of each observation that it was computed from.
 */
export const wireObservationSchema = z.tuple([
  z.int().min(0).max(BATCH_BOUNDS.datastreamsMax),
  epochMsSchema,
  epochMsSchema.nullable(),
  epochMsSchema,
  valueText,
  z.int().min(0).max(QUALITY_CODE_MAX),
  z
    .array(z.tuple([z.int().min(0).max(BATCH_BOUNDS.datastreamsMax), epochMsSchema]))
    .min(1)
    .max(BATCH_BOUNDS.inputsPerObservationMax)
    .optional(),
]);

/**
 * Why observations that an edge had taken will never come: the outbox was full and made room (`dropped`, `thinned`), they
 * waited longer than they may (`expired`), their row was damaged, or their counts were too small to leave the edge.
 */
export const EDGE_GAP_REASONS = ['dropped', 'thinned', 'expired', 'damaged', 'suppressed'] as const;

/**
 * [index in `datastreams` or null when the datastream is not known any more, reason, observations, first and last begin of
 * their phenomenon times in epoch ms]: what an edge discarded of one datastream since it last said so.
 */
export const wireGapSchema = z.tuple([
  z.int().min(0).max(BATCH_BOUNDS.datastreamsMax).nullable(),
  z.enum(EDGE_GAP_REASONS),
  z.int().min(1).max(Number.MAX_SAFE_INTEGER),
  epochMsSchema,
  epochMsSchema,
]);

/**
 * [sequence, edge received time in epoch ms, observations, gaps]. A row of the outbox that reports gaps has no
 * observations; the moment at which it was written, its datastreams and its reasons name its gaps, so that a redelivery
 * is recognised under another sequence too.
 */
export const wireUplinkSchema = z.tuple([
  sequenceSchema,
  epochMsSchema,
  z.array(wireObservationSchema).max(BATCH_BOUNDS.observationsPerUplinkMax),
  z.array(wireGapSchema).min(1).max(BATCH_BOUNDS.gapsPerUplinkMax).optional(),
]);

export const batchSchema = z.strictObject({
  version: z.literal(DELIVERY_VERSION),
  epoch: epochSchema,
  /**
   * Random, of one start of the edge; its acknowledgement repeats it. A broker between may hold a batch back until an older
   * image of the outbox has been put in its place, which gives the same numbers to other uplinks.
   */
  run: epochSchema.optional(),
  /** The datastreams that the observations index, each with the version of its description. */
  datastreams: z.array(z.tuple([datastreamKeySchema, z.int().min(1)])).max(BATCH_BOUNDS.datastreamsMax),
  /** Descriptions that the cloud may not have yet. */
  descriptions: z.array(datastreamDescriptionSchema).max(BATCH_BOUNDS.datastreamsMax),
  /** In rising sequence, not necessarily dense. */
  uplinks: z.array(wireUplinkSchema).max(BATCH_BOUNDS.uplinksMax),
});

/** Edge to cloud, first thing on every connection: which outbox speaks and what it will number next. */
export const helloSchema = z.strictObject({
  version: z.literal(DELIVERY_VERSION),
  epoch: epochSchema,
  nextSequence: sequenceSchema,
});

/** Cloud to edge, the answer to a hello: the highest sequence known of this edge, over all its epochs. */
export const welcomeSchema = z.strictObject({
  version: z.literal(DELIVERY_VERSION),
  /** Epoch and highest sequence of the last batch that was committed; null when the cloud knows none. */
  last: z.strictObject({ epoch: epochSchema, sequence: sequenceSchema }).nullable(),
  /** A new epoch must number above this, so that its revisions rise. 0 when the cloud knows none. */
  highestSequence: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
});

/** Why the cloud put one observation aside in its quarantine. */
export const REFUSAL_CODES = [
  'conflict',
  'not-owner',
  'unknown-property',
  'outside-range',
  'bad-interval',
  'stream-closed',
] as const;

/** Cloud to edge, after the log has committed. */
export const acknowledgementSchema = z.strictObject({
  version: z.literal(DELIVERY_VERSION),
  epoch: epochSchema,
  /** As in the batch. */
  run: epochSchema.optional(),
  /** Inclusive ranges of sequences whose every observation is committed, known already, or in quarantine. */
  acknowledged: z.array(z.tuple([sequenceSchema, sequenceSchema])).max(BATCH_BOUNDS.uplinksMax),
  /** Datastreams whose description the cloud lacks: send it, then their uplinks again. */
  describe: z.array(z.tuple([datastreamKeySchema, z.int().min(1)])).max(BATCH_BOUNDS.datastreamsMax),
  /** [sequence, index within the uplink, code]: observations that went to quarantine. */
  refused: z.array(z.tuple([sequenceSchema, z.int().min(0), z.enum(REFUSAL_CODES)])).max(BATCH_BOUNDS.datastreamsMax),
});

export type Batch = z.infer<typeof batchSchema>;
export type WireUplink = z.infer<typeof wireUplinkSchema>;
export type WireObservation = z.infer<typeof wireObservationSchema>;
export type WireGap = z.infer<typeof wireGapSchema>;
export type EdgeGapReason = (typeof EDGE_GAP_REASONS)[number];
export type Hello = z.infer<typeof helloSchema>;
export type Welcome = z.infer<typeof welcomeSchema>;
export type Acknowledgement = z.infer<typeof acknowledgementSchema>;
export type RefusalCode = (typeof REFUSAL_CODES)[number];
