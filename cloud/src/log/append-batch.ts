import { createHash } from 'node:crypto';
import {
  type Acknowledgement,
  BATCH_BOUNDS,
  DELIVERY_VERSION,
  type RefusalCode,
  rangesOf,
  type WireObservation,
  type WireUplink,
} from '@meetbrug/protocols/delivery';
import type { DatastreamKey, ObservationInput } from '@meetbrug/protocols/observation';
import { type GapReason, gatewaySubject } from '@meetbrug/protocols/oslo';
import { readDescription } from '../ingest/check-description.ts';
import { checkObservation } from '../ingest/check-observation.ts';
import { type BatchFault, type IncomingBatch, readBatch } from '../ingest/read-batch.ts';
import { createDatastreamTable, type DatastreamSlot, type Sender } from './datastreams.ts';
import { createEdgeProgress, type EdgeProgress } from './edge-progress.ts';
import { createEntityLog } from './entities.ts';
import { createGapLog, type GapSubject } from './gap-log.ts';
import { gapsOfUplink } from './gap-report.ts';
import { createObservationLog } from './observations.ts';
import type { Store } from './open-store.ts';
import { createQuarantine } from './quarantine.ts';
import { RENDER_VERSIONS, type RenderVersion } from './render-version.ts';
import type { StreamTable } from './streams.ts';

/** What a batch came to, for the counters. */
export interface BatchCounts {
  /** New observations and corrections: what the log gained. */
  committed: number;
  /** Members that the streams gained, entity versions included. */
  published: number;
  duplicates: number;
  superseded: number;
  /** Of a time that the store no longer keeps: whether they were published once nobody can say, so they are no gap. */
  expired: number;
  corrections: number;
  readonly quarantined: Record<string, number>;
  /** Observations that are missing, by reason: those that the edge reports, and those that the cloud did not take. */
  readonly gaps: Partial<Record<GapReason, number>>;
}

export interface BatchOutcome {
  /** Undefined when the batch was so broken that none of its uplinks could be named. */
  readonly acknowledgement: Acknowledgement | undefined;
  readonly counts: BatchCounts;
}

/** A batch as it came off the link. */
export interface Delivery {
  readonly edge: string;
  readonly organisation: string;
  readonly body: Uint8Array;
}

export interface BatchLog {
  /** Applies one delivery inside the caller's transaction. Whatever the bytes, it has an outcome. */
  append(delivery: Delivery, stampMs: number): BatchOutcome;
  readonly progress: EdgeProgress;
  /** Quarantine records that its bound has pushed out since the start. */
  quarantineDropped(): number;
}

interface OpenAcknowledgement {
  readonly sequences: number[];
  readonly describe: Map<number, readonly [string, number]>;
  readonly refused: [number, number, RefusalCode][];
  readonly counts: BatchCounts;
}

/** Where in a batch an observation stands, and what would miss it. */
interface Place {
  readonly uplink: WireUplink;
  readonly position: number;
  readonly subject: GapSubject;
}

/** A batch that could be read, while it is applied. */
interface Reading {
  readonly batch: IncomingBatch;
  readonly sender: Sender;
  readonly open: OpenAcknowledgement;
  readonly stampMs: number;
}

export function createBatchLog(
  store: Store,
  streams: StreamTable,
  quarantineBytesMax: number,
  renderVersion: RenderVersion = RENDER_VERSIONS.plain,
): BatchLog {
  const quarantine = createQuarantine(store, quarantineBytesMax);
  const entities = createEntityLog(store, streams);
  const datastreams = createDatastreamTable(store, streams, entities);
  const gaps = createGapLog(store, entities);
  const observations = createObservationLog(store, streams, renderVersion);
  const progress = createEdgeProgress(store);

  const putAside = (counts: BatchCounts, record: Parameters<typeof quarantine.add>[0]): boolean => {
    const added = quarantine.add(record);
    if (added) increase(counts.quarantined, record.reason, 1);
    return added;
  };

  /** What is not published although it came: readers learn that it is missing. */
  const noteMissing = ({ sender, open }: Reading, subject: GapSubject, reason: GapReason, beginMs: number) => {
    const { organisation } = sender;
    gaps.note({ organisation, subject, reason, observations: 1, firstMs: beginMs, lastMs: beginMs });
    increase(open.counts.gaps, reason, 1);
  };

  const reportGaps = (
    { batch, sender, open, stampMs }: Reading,
    slots: readonly DatastreamSlot[],
    uplink: WireUplink,
  ) => {
    // What an edge says of a datastream that is not its own, or that nobody can read of, is a gap in what the edge delivers.
    const subjectOf = (index: number | null): GapSubject =>
      index === null || slots[index]?.kind !== 'ready' ? gatewaySubject(sender.edge) : keyAt(batch, index);
    for (const gap of gapsOfUplink(uplink, sender.organisation, subjectOf)) {
      if (!gaps.report(gap, uplink[1], stampMs)) continue;
      open.counts.published += 1;
      increase(open.counts.gaps, gap.reason, gap.observations);
    }
  };

  const resolveAll = ({ batch, sender, open, stampMs }: Reading): DatastreamSlot[] => {
    const unusable = new Map<string, string>();
    for (const candidate of batch.descriptions) {
      const description = readDescription(candidate);
      if (description.ok) open.counts.published += datastreams.describe(sender, description.value, stampMs);
      else if (description.fault.head !== undefined) {
        unusable.set(
          `${description.fault.head.datastream}/${description.fault.head.version}`,
          description.fault.detail,
        );
      }
    }
    return batch.datastreams.map(([key, version]): DatastreamSlot => {
      const slot = datastreams.resolve(sender, key, version);
      const detail = slot.kind === 'describe' ? unusable.get(`${key}/${version}`) : undefined;
      return detail === undefined ? slot : { kind: 'refused', code: 'unknown-property', detail };
    });
  };

  const refuse = (reading: Reading, { uplink, position, subject }: Place, code: RefusalCode, detail: string) => {
    const { batch, sender, open, stampMs } = reading;
    const [sequence, receivedMs, wires] = uplink;
    if (open.refused.length < BATCH_BOUNDS.datastreamsMax) open.refused.push([sequence, position, code]);
    const observation = wires[position] as WireObservation;
    const raw = {
      datastream: batch.datastreams[observation[0]],
      sequence,
      receivedMs,
      observation,
      inputs: inputsOf(batch, observation[6]),
    };
    const isNew = putAside(open.counts, {
      identity: `${sender.edge}/${sender.epoch}/${sequence}/${position}`,
      stampMs,
      edge: sender.edge,
      reason: code,
      detail,
      raw: Buffer.from(JSON.stringify(raw)),
    });
    if (isNew) noteMissing(reading, subject, 'refused', observation[1]);
  };

  const recordOne = (reading: Reading, slots: readonly DatastreamSlot[], uplink: WireUplink, position: number) => {
    const [revision, receivedMs, wires] = uplink;
    const wire = wires[position] as WireObservation;
    const slot = slots[wire[0]] as Exclude<DatastreamSlot, { kind: 'describe' }>;
    if (slot.kind === 'refused') {
      const subject = gatewaySubject(reading.sender.edge);
      return refuse(reading, { uplink, position, subject }, slot.code, slot.detail);
    }
    const place: Place = { uplink, position, subject: keyAt(reading.batch, wire[0]) };
    const value = checkObservation(slot.limits, wire);
    if (typeof value === 'string') return refuse(reading, place, value, `value ${wire[4]}`);
    const inputs = inputsOf(reading.batch, wire[6]);
    const kind = observations.record({ datastream: slot, wire, value, inputs, revision, receivedMs }, reading.stampMs);
    if (kind === 'conflict') {
      return refuse(reading, place, kind, `revision ${revision} is known with another value than ${wire[4]}`);
    }
    if (kind === 'stream-closed')
      return refuse(reading, place, kind, `stream ${slot.stream.name} takes no members any more`);
    if (kind === 'superseded') noteMissing(reading, place.subject, kind, wire[1]);
    count(reading.open.counts, kind);
  };

  const appendRead = (batch: IncomingBatch, { edge, organisation }: Delivery, stampMs: number): BatchOutcome => {
    const open: OpenAcknowledgement = { sequences: [], describe: new Map(), refused: [], counts: noCounts() };
    observations.seeStore();
    const reading: Reading = { batch, sender: { edge, organisation, epoch: batch.epoch }, open, stampMs };
    const slots = resolveAll(reading);
    for (const uplink of batch.uplinks) {
      const [sequence, , wires] = uplink;
      if (askFor(open.describe, batch, slots, uplink)) continue;
      for (let position = 0; position < wires.length; position++) recordOne(reading, slots, uplink, position);
      reportGaps(reading, slots, uplink);
      open.sequences.push(sequence);
    }
    open.counts.published += gaps.publishDue(stampMs);
    const highest = open.sequences.at(-1);
    if (highest !== undefined) progress.record(edge, batch.epoch, highest);
    return { acknowledgement: acknowledge(batch, open), counts: open.counts };
  };

  const appendUnread = (fault: BatchFault, { edge, body }: Delivery, stampMs: number): BatchOutcome => {
    const counts = noCounts();
    const identity = `${edge}/${createHash('sha256').update(body).digest('hex')}`;
    const raw = body.subarray(0, BATCH_BOUNDS.compressedBytesMax);
    putAside(counts, { identity, stampMs, edge, reason: fault.code, detail: fault.detail, raw });
    // A raw form that was cut does not hold the uplinks: they stay with the edge.
    if (fault.uplinks === undefined || raw.length < body.length) return { acknowledgement: undefined, counts };
    // Not noted as progress: a number out of a broken batch must not decide what an edge may number next.
    const open = { sequences: [...fault.uplinks.sequences], describe: new Map(), refused: [], counts };
    return { acknowledgement: acknowledge(fault.uplinks, open), counts };
  };

  return {
    progress,
    quarantineDropped: quarantine.dropped,
    append(delivery, stampMs) {
      const batch = readBatch(delivery.body);
      return batch.ok ? appendRead(batch.value, delivery, stampMs) : appendUnread(batch.fault, delivery, stampMs);
    },
  };
}

/** Inputs by the names that outlive the batch. Their own observations may come later, or never. */
function inputsOf(batch: IncomingBatch, inputs: WireObservation[6]): ObservationInput[] | undefined {
  return inputs?.map(([index, beginMs]) => ({
    datastream: keyAt(batch, index),
    beginMs,
  }));
}

function keyAt({ datastreams }: IncomingBatch, index: number): DatastreamKey {
  return (datastreams[index] as IncomingBatch['datastreams'][number])[0];
}

function increase<Reason extends string>(counts: Partial<Record<Reason, number>>, reason: Reason, by: number): void {
  counts[reason] = (counts[reason] ?? 0) + by;
}

/** Notes the datastreams of an uplink that lack a description: without it the uplink stays with the edge, whole. */
function askFor(
  describe: OpenAcknowledgement['describe'],
  batch: IncomingBatch,
  slots: readonly DatastreamSlot[],
  [, , wires, gaps = []]: WireUplink,
): boolean {
  let lacking = false;
  for (const [index] of [...wires, ...gaps]) {
    if (index === null || slots[index]?.kind !== 'describe') continue;
    describe.set(index, batch.datastreams[index] as readonly [string, number]);
    lacking = true;
  }
  return lacking;
}

function count(counts: BatchCounts, kind: 'new' | 'duplicate' | 'correction' | 'superseded' | 'expired'): void {
  if (kind === 'duplicate') counts.duplicates += 1;
  else if (kind === 'superseded') counts.superseded += 1;
  else if (kind === 'expired') counts.expired += 1;
  else {
    counts.committed += 1;
    counts.published += 1;
    if (kind === 'correction') counts.corrections += 1;
  }
}

function noCounts(): BatchCounts {
  return {
    committed: 0,
    published: 0,
    duplicates: 0,
    superseded: 0,
    expired: 0,
    corrections: 0,
    quarantined: {},
    gaps: {},
  };
}

function acknowledge(
  { epoch, run }: { readonly epoch: string; readonly run?: string | undefined },
  { sequences, describe, refused }: OpenAcknowledgement,
): Acknowledgement {
  return {
    version: DELIVERY_VERSION,
    epoch,
    ...(run === undefined ? {} : { run }),
    acknowledged: rangesOf(sequences).map(([from, to]) => [from, to]),
    describe: [...describe.values()].map(([key, version]) => [key as Acknowledgement['describe'][number][0], version]),
    refused,
  };
}
