import type { EpochMs } from '../observation/instant.ts';
import { type Fault, fail, ok, type Result } from '../result/mod.ts';
import { parseDeviceId } from './device-id.ts';
import { parseMessageJson } from './message-json.ts';
import type { DeviceId, ParseUplink, RawMessage, UplinkFaultCode } from './network-event.ts';
import { type ObservedTime, objectUplink } from './object-uplink.ts';
import { isAbsolute, resolveSenml, type SenmlRecord, senmlInstant } from './senml-records.ts';
import type { SplitMessage } from './split-message.ts';

/** Between the name of a device and that of its quantity. */
const SEPARATORS_AT_END = /[-:./_]+$/;
/** What a quantity is called that the pack gives no name of its own. */
const UNNAMED = 'value';
const DEVICES_MAX = 256;

/** One value of a quantity with the moment that it has. */
export interface SenmlEntry {
  readonly value?: number | boolean | string;
  readonly sum?: number;
  readonly unit?: string;
  readonly timeMs: EpochMs;
}

/** The values of a pack by quantity, in the order of the pack. */
export type SenmlEntries = Readonly<Record<string, readonly SenmlEntry[]>>;

/**
 * Parses a SenML pack of one device (RFC 8428, JSON). The device is the base name without the separator at its end, unless
 * the source says another; a pack without a base name needs a source that says it, or names that are all one device.
 * `decoded` holds the values by quantity: `{ "temperature": [{ "value": 31.3, "unit": "Cel", "timeMs": 1784034900000 }] }`.
 * The uplink has the time of its newest value. A pack of several devices is refused here: {@link splitSenml} divides it.
 */
export const parseSenml: ParseUplink = (message, parsed) => {
  const json = parsed ?? parseMessageJson(message.payload);
  if (!json.ok) return json;
  const records = resolveSenml(json.value);
  if (!records.ok) return records;
  if (records.value.length === 0) return ok({ kind: 'other', event: 'no-value' });
  const device = deviceOf(records.value, message.device);
  if (device === undefined) return fail('not-this-format', 'the pack does not name one device');
  const entries = entriesOf(records.value, message.receivedMs, device);
  if (entries === undefined) return fail('bad-time', 'a time of the pack is in no year from 1970 to 9999');
  return ok(objectUplink('senml', device, entries, newestTime(records.value, message.receivedMs)));
};

/**
 * The values of a pack that came as the payload of a device, for models with the codec `senml`: names without the base
 * name, as {@link parseSenml} has them.
 */
export function decodeSenml(payload: Uint8Array, receivedMs: EpochMs): Result<SenmlEntries, Fault<UplinkFaultCode>> {
  const json = parseMessageJson(payload);
  if (!json.ok) return json;
  const records = resolveSenml(json.value);
  if (!records.ok) return records;
  const entries = entriesOf(records.value, receivedMs, undefined);
  return entries === undefined ? fail('bad-time', 'a time of the pack is in no year from 1970 to 9999') : ok(entries);
}

/** Divides a pack by base name, a message for each device; a pack of one device stays as it came. */
export const splitSenml: SplitMessage = (message) => {
  const json = parseMessageJson(message.payload);
  if (!json.ok) return json;
  const records = resolveSenml(json.value);
  if (!records.ok) return records;
  const byBase = Map.groupBy(records.value, ({ baseName }) => baseName);
  if (byBase.size <= 1) return ok([message]);
  if (byBase.size > DEVICES_MAX) return fail('not-this-format', `more than ${DEVICES_MAX} devices in one pack`);
  const parts: RawMessage[] = [];
  for (const [baseName, ofDevice] of byBase) {
    const device = parseDeviceId(baseName.replace(SEPARATORS_AT_END, ''));
    if (device === undefined) return fail('not-this-format', 'a base name of the pack is no device id');
    parts.push({ ...message, format: 'senml', device, payload: writeRecords(ofDevice) });
  }
  return ok(parts);
};

function deviceOf(records: readonly SenmlRecord[], said: DeviceId | undefined): DeviceId | undefined {
  const [first] = records;
  const isOne = records.every(({ baseName }) => baseName === first?.baseName);
  if (first === undefined || !isOne) return undefined;
  if (said !== undefined) return said;
  if (first.baseName !== '') return parseDeviceId(first.baseName.replace(SEPARATORS_AT_END, ''));
  return records.every(({ name }) => name === first.name) ? parseDeviceId(first.name) : undefined;
}

function entriesOf(
  records: readonly SenmlRecord[],
  receivedMs: EpochMs,
  device: DeviceId | undefined,
): SenmlEntries | undefined {
  const byName = new Map<string, SenmlEntry[]>();
  for (const { baseName, name, value, sum, unit, seconds } of records) {
    const timeMs = senmlInstant(seconds, receivedMs);
    if (timeMs === undefined) return undefined;
    const isDeviceItself = name === '' || (baseName === '' && name === device);
    const key = isDeviceItself ? UNNAMED : name;
    const entries = byName.get(key) ?? [];
    if (entries.length === 0) byName.set(key, entries);
    entries.push({
      ...(value === undefined ? {} : { value }),
      ...(sum === undefined ? {} : { sum }),
      ...(unit === undefined ? {} : { unit }),
      timeMs,
    });
  }
  return Object.fromEntries(byName);
}

function newestTime(records: readonly SenmlRecord[], receivedMs: EpochMs): ObservedTime {
  let newest: ObservedTime | undefined;
  for (const { seconds } of records) {
    const ms = senmlInstant(seconds, receivedMs) ?? receivedMs;
    if (newest === undefined || ms > newest.ms) newest = { ms, source: isAbsolute(seconds) ? 'payload' : 'edge' };
  }
  return newest ?? { ms: receivedMs, source: 'edge' };
}

/** Resolved records in SenML's own words, so that {@link parseSenml} reads them again. */
function writeRecords(records: readonly SenmlRecord[]): Uint8Array {
  const wire = records.map(({ baseName, name, unit, value, sum, seconds }) => ({
    bn: baseName,
    n: name,
    ...(unit === undefined ? {} : { u: unit }),
    ...(typeof value === 'number' ? { v: value } : {}),
    ...(typeof value === 'boolean' ? { vb: value } : {}),
    ...(typeof value === 'string' ? { vs: value } : {}),
    ...(sum === undefined ? {} : { s: sum }),
    t: seconds,
  }));
  return new TextEncoder().encode(JSON.stringify(wire));
}
