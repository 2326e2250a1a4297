import { type Fault, fail, ok, type Result } from '../result/mod.ts';
import { MALFORMED, type ProtobufField, readProtobuf } from './protobuf-fields.ts';

export const SPARKPLUG_METRICS_MAX = 4096;
const FIELDS_OF_METRIC_MAX = 64;
const PROPERTIES_MAX = 64;
const NAME_MAX_BYTES = 512;
const TEXT_MAX_BYTES = 1024;

export type SparkplugValue = number | boolean | string;

/** A value as it travels: what it means depends on the datatype, which a birth says and data may leave out. */
export type SparkplugRaw =
  | { readonly kind: 'integer'; readonly value: bigint }
  | { readonly kind: 'plain'; readonly value: SparkplugValue };

export interface SparkplugMetric {
  readonly name?: string;
  readonly alias?: bigint;
  readonly timestampMs?: bigint;
  readonly datatype?: number;
  readonly isHistorical: boolean;
  readonly unit?: string;
  /** Absent for null, for numbers that are none, and for data sets, templates and bytes. */
  readonly raw?: SparkplugRaw;
}

export interface SparkplugPayload {
  readonly timestampMs?: bigint;
  readonly seq?: number;
  readonly metrics: readonly SparkplugMetric[];
}

type Mutable<T> = { -readonly [Field in keyof T]: T[Field] };

/**
 * Reads a Sparkplug B payload (Eclipse Sparkplug 3.0, chapter 6) as far as observations need it: timestamp, sequence and
 * scalar metrics with the property `engUnit`. Refused: what is no protobuf, or more than {@link SPARKPLUG_METRICS_MAX}
 * metrics.
 */
export function readSparkplugPayload(bytes: Uint8Array): Result<SparkplugPayload, Fault<'not-this-format'>> {
  const fields = readProtobuf(bytes, SPARKPLUG_METRICS_MAX + 16);
  if (fields === MALFORMED) return notProtobuf();
  const payload: Mutable<SparkplugPayload> = { metrics: [] };
  const metrics: SparkplugMetric[] = [];
  for (const field of fields) {
    if (field.wire === 'varint' && field.number === 1) payload.timestampMs = field.value;
    if (field.wire === 'varint' && field.number === 3 && field.value <= 255n) payload.seq = Number(field.value);
    if (field.wire !== 'bytes' || field.number !== 2) continue;
    const metric = readMetric(field.bytes);
    if (metric === undefined) return notProtobuf();
    metrics.push(metric);
  }
  return ok({ ...payload, metrics });
}

/**
 * The value that integers have by their datatype: signed ones travel as two's complement in an unsigned field (section
 * 6.4.16). Beyond 2^53 an integer is its digits as text.
 */
export function readSparkplugValue(raw: SparkplugRaw, datatype: number | undefined): SparkplugValue {
  if (raw.kind === 'plain') return raw.value;
  const signedBits = SIGNED_BITS[datatype ?? 0];
  const value = signedBits === undefined ? raw.value : BigInt.asIntN(signedBits, raw.value);
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** Int8, Int16, Int32 and Int64. */
const SIGNED_BITS: Readonly<Record<number, number>> = { 1: 8, 2: 16, 3: 32, 4: 64 };

function readMetric(bytes: Uint8Array): SparkplugMetric | undefined {
  const fields = readProtobuf(bytes, FIELDS_OF_METRIC_MAX);
  if (fields === MALFORMED) return undefined;
  const metric: Mutable<SparkplugMetric> = { isHistorical: false };
  let isNull = false;
  let raw: SparkplugRaw | undefined;
  for (const field of fields) {
    if (field.wire === 'varint') {
      if (field.number === 2) metric.alias = field.value;
      if (field.number === 3) metric.timestampMs = field.value;
      if (field.number === 4) metric.datatype = Number(BigInt.asUintN(32, field.value));
      if (field.number === 5) metric.isHistorical = field.value !== 0n;
      if (field.number === 7) isNull = field.value !== 0n;
    }
    if (field.number === 1) assignText(metric, 'name', field, NAME_MAX_BYTES);
    if (field.number === 9 && field.wire === 'bytes') assignUnit(metric, field.bytes);
    raw = readRaw(field) ?? raw;
  }
  return isNull || raw === undefined ? metric : { ...metric, raw };
}

function readRaw(field: ProtobufField): SparkplugRaw | undefined {
  switch (field.number) {
    case 10:
    case 11:
      return field.wire === 'varint' ? { kind: 'integer', value: field.value } : undefined;
    case 12:
      return field.wire === 'fixed32' ? plainNumber(shortestFloat(viewOf(field.bytes).getFloat32(0, true))) : undefined;
    case 13:
      return field.wire === 'fixed64' ? plainNumber(viewOf(field.bytes).getFloat64(0, true)) : undefined;
    case 14:
      return field.wire === 'varint' ? { kind: 'plain', value: field.value !== 0n } : undefined;
    case 15: {
      const text = readText(field, TEXT_MAX_BYTES);
      return text === undefined ? undefined : { kind: 'plain', value: text };
    }
    default:
      return undefined;
  }
}

/** The text of the property `engUnit` of a property set: its keys (1) and values (2) stand in two lists. */
function assignUnit(metric: Mutable<SparkplugMetric>, propertySet: Uint8Array): void {
  const fields = readProtobuf(propertySet, 2 * PROPERTIES_MAX);
  if (fields === MALFORMED) return;
  const keys = fields.filter(({ number }) => number === 1);
  const values = fields.filter(({ number }) => number === 2);
  const value = values[keys.findIndex((key) => readText(key, NAME_MAX_BYTES) === 'engUnit')];
  const inner = value?.wire === 'bytes' ? readProtobuf(value.bytes, PROPERTIES_MAX) : MALFORMED;
  const text = inner === MALFORMED ? undefined : inner.find(({ number }) => number === 8);
  if (text !== undefined) assignText(metric, 'unit', text, NAME_MAX_BYTES);
}

function assignText(
  metric: Mutable<SparkplugMetric>,
  name: 'name' | 'unit',
  field: ProtobufField,
  maxBytes: number,
): void {
  const text = readText(field, maxBytes);
  if (text !== undefined && text !== '') metric[name] = text;
}

const utf8 = new TextDecoder();

function readText(field: ProtobufField, maxBytes: number): string | undefined {
  return field.wire === 'bytes' && field.bytes.length <= maxBytes ? utf8.decode(field.bytes) : undefined;
}

function plainNumber(value: number): SparkplugRaw | undefined {
  return Number.isFinite(value) ? { kind: 'plain', value } : undefined;
}

/** The number with the fewest digits that is this 32-bit float: 2.3 and not 2.299999952316284. */
function shortestFloat(value: number): number {
  for (let digits = 6; digits < 9; digits += 1) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return shorter;
  }
  return value;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function notProtobuf(): { readonly ok: false; readonly fault: Fault<'not-this-format'> } {
  return fail('not-this-format', 'the payload is no Sparkplug B protobuf of bounded size');
}
