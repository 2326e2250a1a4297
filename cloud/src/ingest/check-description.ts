import { createHash } from 'node:crypto';
import {
  type DatastreamDescription,
  datastreamDescriptionSchema,
  datastreamKeySchema,
  formatDecimal,
  splitDatastreamKey,
} from '@meetbrug/protocols/observation';
import { createPublishedObservationCheck, type ObservationMember, publishedIris } from '@meetbrug/protocols/oslo';
import { OBSERVED_PROPERTIES } from '@meetbrug/protocols/properties';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import { z } from 'zod';

const headSchema = z.looseObject({ datastream: datastreamKeySchema, version: z.int().min(1) });

/** Which datastream and version a description is about, where at least that much of it can be read. */
export interface DescriptionHead {
  readonly datastream: string;
  readonly version: number;
}

/** A description that cannot be used, with its head where that can be read. */
export interface DescriptionFault extends Fault<'unknown-property'> {
  readonly head: DescriptionHead | undefined;
}

/**
 * Reads one description of a batch. Each is read by itself, so that one of them (from an edge with a newer catalogue,
 * say) does not take the batch along. Its content must agree with its key, or two datastreams could share a name, and
 * what would be published under it must conform to the shapes: nothing is acknowledged that the feed could not say.
 */
export function readDescription(candidate: unknown): Result<DatastreamDescription, DescriptionFault> {
  const parsed = datastreamDescriptionSchema.safeParse(candidate);
  if (!parsed.success) return refuse(candidate, parsed.error.issues[0]?.message ?? 'not a description');
  const description = parsed.data;
  const { feature, sensor, property, procedure } = splitDatastreamKey(description.datastream);
  const direction = description.direction === undefined ? '' : `_${description.direction}`;
  const agrees =
    feature === `${description.measuringPoint.name}${direction}` &&
    sensor === description.sensor.name &&
    property === OBSERVED_PROPERTIES[description.property].name &&
    procedure === description.procedure.name;
  if (!agrees) return refuse(candidate, 'the description says something else than its key');
  const nonconformity = firstNonconformity(description);
  return nonconformity === undefined ? ok(description) : refuse(candidate, nonconformity);
}

/**
 * An edge sends its descriptions again with every connection and batch that needs them. What conformed once conforms, so
 * it is remembered, as a hash; a set that is full starts anew.
 */
function firstNonconformity(description: DatastreamDescription): string | undefined {
  const digest = createHash('sha256').update(JSON.stringify(description)).digest('base64');
  if (conforming.has(digest)) return undefined;
  const [nonconformity] = conforms(CHECK_IRIS, exampleMember(description));
  if (nonconformity !== undefined) return nonconformity;
  if (conforming.size >= CONFORMING_MAX) conforming.clear();
  conforming.add(digest);
  return undefined;
}

const DAY_MS = 86_400_000;
const CONFORMING_MAX = 20_000;
const conforming = new Set<string>();

/** Conformance does not depend on where the cloud is published, so one check serves every installation. */
const CHECK_BASE_URL = 'https://conformance.invalid';
const CHECK_IRIS = publishedIris(CHECK_BASE_URL, 'check');
const conforms = createPublishedObservationCheck(CHECK_BASE_URL);

/** An observation of the datastream: all of them differ from it in numbers and times alone. */
function exampleMember(description: DatastreamDescription): ObservationMember {
  const { intervalSeconds, calendarInterval, derivedFrom } = description.procedure;
  const { property, validFromMs: beginMs } = description;
  const { kind, range, traffic } = OBSERVED_PROPERTIES[property];
  const isBetweenReadings = intervalSeconds === undefined && derivedFrom !== undefined && traffic !== undefined;
  const hasInterval = intervalSeconds !== undefined || calendarInterval !== undefined || isBetweenReadings;
  const endMs = beginMs + (calendarInterval === undefined ? (intervalSeconds ?? 1) * 1000 : DAY_MS);
  return {
    kind: 'observation',
    description,
    ordinal: 0,
    beginMs,
    ...(hasInterval ? { endMs } : {}),
    resultMs: endMs,
    generatedMs: endMs,
    value: kind === 'count' ? '0' : formatDecimal(range.min),
    revision: 1,
    ...(derivedFrom === undefined ? {} : { inputs: derivedFrom.map((datastream) => ({ datastream, beginMs })) }),
  };
}

function refuse(candidate: unknown, detail: string): { ok: false; fault: DescriptionFault } {
  const head = headSchema.safeParse(candidate);
  const fault = fail('unknown-property', detail).fault;
  const readable = head.success ? { datastream: head.data.datastream, version: head.data.version } : undefined;
  return { ok: false, fault: { ...fault, head: readable } };
}
