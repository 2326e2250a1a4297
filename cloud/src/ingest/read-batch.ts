import {
  BATCH_BOUNDS,
  type Batch,
  batchSchema,
  epochSchema,
  sequenceSchema,
  type WireObservation,
} from '@meetbrug/protocols/delivery';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import { z } from 'zod';
import { acceptsBatch } from './accept-batch.ts';
import { type BodyFaultCode, decodeBody } from './link-body.ts';

export type BatchFaultCode = BodyFaultCode | 'not-a-batch';

/** A batch whose descriptions have not been looked into yet. */
export type IncomingBatch = Omit<Batch, 'descriptions'> & { readonly descriptions: readonly unknown[] };

export interface NamedUplinks {
  readonly epoch: string;
  readonly run: string | undefined;
  readonly sequences: readonly number[];
}

/** Why a batch cannot be read, and which of its uplinks can be named all the same. */
export interface BatchFault extends Fault<BatchFaultCode> {
  readonly uplinks: NamedUplinks | undefined;
}

/** `batchSchema`, with the descriptions left to be read one by one. */
export const envelopeSchema = batchSchema.extend({
  descriptions: z.array(z.unknown()).max(BATCH_BOUNDS.datastreamsMax),
});

/** Reads a batch off the link. Never throws and never allocates beyond the bounds of the contract, whatever the bytes. */
export function readBatch(body: Uint8Array): Result<IncomingBatch, BatchFault> {
  const document = decodeBody(body);
  if (!document.ok) return { ok: false, fault: { ...document.fault, uplinks: undefined } };
  const batch = checkBatch(document.value);
  if (batch.ok) return batch;
  return { ok: false, fault: { ...batch.fault, uplinks: nameUplinks(document.value) } };
}

function checkBatch(document: unknown): Result<IncomingBatch, Fault<'not-a-batch'>> {
  if (!acceptsBatch(document)) {
    const parsed = envelopeSchema.safeParse(document);
    if (!parsed.success) return fail('not-a-batch', describeIssue(parsed.error));
  }
  const batch = document as IncomingBatch;
  const disorder = describeDisorder(batch);
  return disorder === undefined ? ok(batch) : fail('not-a-batch', disorder);
}

/** What the schema cannot say: sequences rise, and every observation, input and gap names a datastream of the batch. */
function describeDisorder(batch: IncomingBatch): string | undefined {
  let last = 0;
  for (const [sequence, , observations, gaps = []] of batch.uplinks) {
    if (sequence <= last) return `sequence ${sequence} after ${last}`;
    last = sequence;
    for (const [index, , , , , , inputs] of observations) {
      const missing = firstMissing(batch.datastreams.length, index, inputs);
      if (missing !== undefined) return namesMissing(sequence, missing);
    }
    for (const [index] of gaps) {
      if (index !== null && index >= batch.datastreams.length) return namesMissing(sequence, index);
    }
  }
  return undefined;
}

function namesMissing(sequence: number, index: number): string {
  return `sequence ${sequence} names datastream ${index}, which is not there`;
}

function firstMissing(datastreams: number, index: number, inputs: WireObservation[6]): number | undefined {
  if (index >= datastreams) return index;
  return inputs?.find(([input]) => input >= datastreams)?.[0];
}

function describeIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue === undefined ? 'not a batch' : `${issue.path.join('.') || 'batch'}: ${issue.message}`.slice(0, 300);
}

const namesSchema = z.looseObject({
  epoch: epochSchema,
  run: epochSchema.optional(),
  uplinks: z.array(z.unknown()).max(BATCH_BOUNDS.uplinksMax),
});

/** The uplinks that an unreadable batch carried: quarantine keeps them, so the edge need not send them again. */
function nameUplinks(document: unknown): BatchFault['uplinks'] {
  const names = namesSchema.safeParse(document);
  if (!names.success) return undefined;
  const sequences = new Set<number>();
  for (const uplink of names.data.uplinks) {
    const sequence = sequenceSchema.safeParse(Array.isArray(uplink) ? uplink[0] : undefined);
    if (sequence.success) sequences.add(sequence.data);
  }
  const { epoch, run } = names.data;
  return { epoch, run, sequences: [...sequences].sort((a, b) => a - b) };
}
