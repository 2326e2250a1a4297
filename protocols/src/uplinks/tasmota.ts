import { parseInstant } from '../observation/instant.ts';
import { parseLocalInstant } from '../observation/local-instant.ts';
import { type Fault, fail, ok, type Result } from '../result/mod.ts';
import { readAvailability } from './availability.ts';
import { isBoundedJson, isJsonFields } from './bounded-json.ts';
import { parseDeviceId } from './device-id.ts';
import { parseMessageJson } from './message-json.ts';
import type { ParseUplink, RawMessage } from './network-event.ts';
import { type ObservedTime, objectUplink } from './object-uplink.ts';

/** `%prefix%/%topic%/` is the full topic by default; the two can be the other way round. */
const PREFIX_FIRST = /(?:^|\/)tele\/(.+)\/([A-Z][A-Z0-9]{0,15})$/;
const TOPIC_FIRST = /^(.+)\/tele\/([A-Z][A-Z0-9]{0,15})$/;

/** Longer than Tasmota lets a topic be; a topic of MQTT may have 65,535 characters. */
const TOPIC_MAX = 256;

/** A device counts from 1970 until a time server has answered it. */
const CLOCK_SET_FROM = '2015';

const DEFAULT_ZONE = 'Europe/Brussels';

/** Device and command of `tele/<device>/<command>` or `<device>/tele/<command>`. */
export function tasmotaTopic(topic: string): { readonly name: string; readonly command: string } | undefined {
  if (topic.length > TOPIC_MAX) return undefined;
  const match = PREFIX_FIRST.exec(topic) ?? TOPIC_FIRST.exec(topic);
  if (match === null) return undefined;
  const [, name = '', command = ''] = match;
  return { name, command };
}

/**
 * Parses Tasmota's telemetry (its MQTT documentation). `Time` carries no offset by default: it is of the zone that the
 * source says, else of Belgium; one that does is taken at its word. `SENSOR` is an uplink with the object as it came; `LWT`
 * says online or offline; `STATE` and all else is of kind `other`. The device is that of the topic unless the source says
 * another.
 */
export const parseTasmota: ParseUplink = (message, parsed) => {
  const { name, command } = tasmotaTopic(message.topic) ?? { name: '', command: 'SENSOR' };
  if (command === 'LWT') return ok(readAvailability(message));
  if (command !== 'SENSOR') return ok({ kind: 'other', event: command.toLowerCase() });
  const device = message.device ?? parseDeviceId(name);
  if (device === undefined) return fail('not-this-format', 'the topic names no device');
  const json = parsed ?? parseMessageJson(message.payload);
  if (!json.ok) return json;
  if (!isJsonFields(json.value)) return fail('not-this-format', 'the telemetry is no object');
  if (!isBoundedJson(json.value)) return fail('not-this-format', 'the telemetry nests too deep or is too large');
  const observed = readTime(json.value.Time, message);
  return observed.ok ? ok(objectUplink('tasmota', device, json.value, observed.value)) : observed;
};

function readTime(time: unknown, message: RawMessage): Result<ObservedTime, Fault<'bad-time'>> {
  const isUnset = time === undefined || (typeof time === 'string' && time < CLOCK_SET_FROM);
  if (isUnset) return ok({ ms: message.receivedMs, source: 'edge' });
  const text = typeof time === 'string' ? time : '';
  const ms = parseInstant(text) ?? parseLocalInstant(text, message.zone ?? DEFAULT_ZONE, message.receivedMs);
  return ms === undefined
    ? fail('bad-time', '`Time` is no local time that the zone has')
    : ok({ ms, source: 'payload' });
}
