import type { Channel, DecodedPayload, Reading } from '../devices/device-profile.ts';
import { CLOCK_NOT_SET } from '../devices/payload-reader.ts';
import { decimalToNumber } from '../observation/decimal.ts';
import type { EpochMs } from '../observation/instant.ts';
import { type Fault, fail, ok, type Result } from '../result/mod.ts';
import { canonicalJson } from '../uplinks/canonical-json.ts';
import { eachAt, type PathStep, valueAt } from './field-path.ts';
import { type CompiledField, compileField, type FieldFault, type MappingField } from './mapping-field.ts';
import { type MeasuredNumber, measuredNumber, saysNoValue } from './measured-number.ts';
import { measuredTime } from './measured-time.ts';
import { scaleValue } from './scale-value.ts';

export const MAPPING_FIELDS_MAX = 200;
/** Of one uplink: a day of minutes would have to come in two. */
export const MAPPED_VALUES_MAX = 1_000;

/**
 * `mapping-no-object`: the uplink has no decoded object. `mapping-nothing-found`: it has none of the fields, so codec,
 * mapping and device do not belong together. `mapping-too-many-values`: more than {@link MAPPED_VALUES_MAX}.
 */
export const MAPPING_FAULTS = ['mapping-no-object', 'mapping-nothing-found', 'mapping-too-many-values'] as const;
export type MappingFaultCode = (typeof MAPPING_FAULTS)[number];

/** What the fields of an object mean, made from settings. */
export interface Mapping {
  readonly channels: Readonly<Record<string, Channel>>;
  readonly fields: readonly CompiledField[];
  /** Everything of an object that it reads. */
  readonly paths: readonly ReadPath[];
}

/** A place of an object that a mapping reads, from the top, and what it expects there. */
export interface ReadPath {
  readonly steps: readonly PathStep[];
  readonly holds: 'value' | 'time';
}

export interface PlacedFieldFault extends FieldFault {
  /** Place of the field in the list. */
  readonly index: number;
}

/** Prepares a mapping, or says what is wrong with it, every fault at once. At most {@link MAPPING_FIELDS_MAX} fields. */
export function compileMapping(
  fields: readonly MappingField[],
): { readonly ok: true; readonly value: Mapping } | { readonly ok: false; readonly faults: PlacedFieldFault[] } {
  const faults: PlacedFieldFault[] = [];
  const compiled: CompiledField[] = [];
  const channels = new Map<string, Channel>();
  for (const [index, field] of fields.entries()) {
    const result = compileField(field);
    if (!result.ok) {
      faults.push({ index, ...result.fault });
      continue;
    }
    const { channel, meaning } = result.value;
    const known = channels.get(channel);
    if (known === undefined) channels.set(channel, meaning);
    else if (canonicalJson(known) !== canonicalJson(meaning)) {
      const detail = `channel "${channel}" means something else in an earlier field: give this one a channel name of its own`;
      faults.push({ index, setting: 'channel', detail });
    }
    compiled.push(result.value);
  }
  if (faults.length > 0) return { ok: false, faults };
  return {
    ok: true,
    value: { channels: Object.fromEntries(channels), fields: compiled, paths: compiled.flatMap(pathsOf) },
  };
}

function pathsOf({ entry, value, time }: CompiledField): ReadPath[] {
  const ofValue: ReadPath = { steps: [...entry, ...value], holds: 'value' };
  return time === undefined ? [ofValue] : [ofValue, { steps: [...entry, ...time.steps], holds: 'time' }];
}

/**
 * Reads an object by a mapping. A field that is not there gives nothing; one that says that it has no value, or holds a
 * sentinel, is missing; one that is no number or has no readable time is refused alone. Never throws.
 * @param receivedMs for local times in the repeated hour of autumn
 */
export function readMapped(
  mapping: Mapping,
  decoded: unknown,
  receivedMs: EpochMs,
): Result<DecodedPayload, Fault<MappingFaultCode>> {
  if (typeof decoded !== 'object' || decoded === null) {
    return fail('mapping-no-object', 'the message has no decoded object: give the model a codec');
  }
  const found = new Found();
  let valuesLeft = MAPPED_VALUES_MAX;
  for (const field of mapping.fields) {
    const tookAll = eachAt(decoded, field.entry, (entry) => {
      const raw = valueAt(entry, field.value);
      if (raw === undefined) return true;
      valuesLeft -= 1;
      if (valuesLeft >= 0) readField(field, raw, entry, receivedMs, found);
      return valuesLeft >= 0;
    });
    if (!tookAll) return fail('mapping-too-many-values', `more than ${MAPPED_VALUES_MAX} values in one message`);
  }
  if (valuesLeft === MAPPED_VALUES_MAX) {
    return fail('mapping-nothing-found', `none of ${Object.keys(mapping.channels).join(', ')} is in the message`);
  }
  return ok(found);
}

function readField(field: CompiledField, raw: unknown, entry: unknown, receivedMs: EpochMs, found: Found): void {
  const { channel, time, scaling, meaning } = field;
  if (saysNoValue(raw)) {
    found.miss(channel, 'no value');
    return;
  }
  const measured = measuredNumber(raw);
  if (isSentinel(field, raw, measured)) {
    found.miss(channel, 'a value that stands for none');
    return;
  }
  const value =
    measured === undefined || scaling === undefined
      ? measured?.value
      : scaleValue(measured.value, scaling.factor, scaling.offset);
  const at = time === undefined ? undefined : measuredTime(valueAt(entry, time.steps), time, receivedMs);
  if (measured === undefined || value === undefined) found.refuse(`${channel}: no number of at most 15 digits`);
  else if (contradicts(measured, field)) {
    found.refuse(`${channel}: the text says ${measured.unit}, the mapping ${meaning.unit}`);
  } else if (time === undefined) found.add({ channel, value });
  else if (at === 'clock-not-set') found.miss(channel, CLOCK_NOT_SET);
  else if (at === undefined) found.refuse(`${channel}: its time is not in the form ${time.format}`);
  else found.add({ channel, value, atMs: at });
}

/** What one message gives, as it is found. */
class Found implements DecodedPayload {
  readonly readings: Reading[] = [];
  readonly missing: { readonly channel: string; readonly reason: string }[] = [];
  readonly refused: string[] = [];

  add(reading: Reading): void {
    this.readings.push(reading);
  }

  miss(channel: string, reason: string): void {
    this.missing.push({ channel, reason });
  }

  refuse(detail: string): void {
    this.refused.push(detail);
  }
}

/** A sentinel is what the device writes, so a text may hold the number (`"65535 mm"`). */
function isSentinel({ missingNumbers, missingTexts }: CompiledField, raw: unknown, measured?: MeasuredNumber): boolean {
  if (typeof raw === 'number') return missingNumbers.has(raw);
  if (typeof raw !== 'string') return false;
  return (
    missingTexts.has(raw.trim()) || (measured !== undefined && missingNumbers.has(decimalToNumber(measured.value)))
  );
}

/** With a scale the device's unit is not ours, and the mapping knows better. */
function contradicts({ unit }: MeasuredNumber, { scaling, meaning }: CompiledField): boolean {
  return unit !== undefined && unit !== meaning.unit && scaling === undefined;
}
