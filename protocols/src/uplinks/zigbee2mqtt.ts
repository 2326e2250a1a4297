import { INSTANT_MAX_MS, parseInstant } from '../observation/instant.ts';
import { type Fault, fail, ok, type Result } from '../result/mod.ts';
import { readAvailability } from './availability.ts';
import { isBoundedJson, isJsonFields } from './bounded-json.ts';
import { parseDeviceId } from './device-id.ts';
import { parseMessageJson } from './message-json.ts';
import type { ParseUplink, RawMessage } from './network-event.ts';
import { type ObservedTime, objectUplink } from './object-uplink.ts';

/** The bridge's `base_topic` by default; behind it stands a friendly name, which may hold slashes. */
const TOPIC = /(?:^|\/)zigbee2mqtt\/(.+)$/;
/** Commands and questions to a device, and what the bridge says of itself. */
const NO_STATE = /^bridge\/|\/(?:set|get)(?:\/[^/]+)?$/;
const AVAILABILITY = /\/availability$/;

/** Friendly name (and what follows it) of `zigbee2mqtt/<friendly name>`, behind any prefix that a bridge adds. */
export function zigbee2mqttTopic(topic: string): { readonly name: string } | undefined {
  const name = TOPIC.exec(topic)?.[1];
  return name === undefined ? undefined : { name };
}

/**
 * Parses the state of a device as Zigbee2MQTT publishes it (its MQTT topics and messages guide): one flat object. The
 * device is the friendly name unless the source says another. Its time is `last_seen` in ISO 8601 or milliseconds where
 * the bridge's setting adds it, so a retained state keeps its own time; else the arrival counts. Availability, commands
 * and the bridge's own topics are of kind `other`.
 */
export const parseZigbee2mqtt: ParseUplink = (message, parsed) => {
  const name = zigbee2mqttTopic(message.topic)?.name ?? message.topic;
  if (NO_STATE.test(name)) return ok({ kind: 'other', event: 'no-state' });
  if (AVAILABILITY.test(name)) return ok(readAvailability(message));
  if (message.payload.byteLength === 0) return ok({ kind: 'other', event: 'removed' });
  const device = message.device ?? parseDeviceId(name);
  if (device === undefined) return fail('not-this-format', 'the friendly name is no device id');
  const json = parsed ?? parseMessageJson(message.payload);
  if (!json.ok) return json;
  if (!isJsonFields(json.value)) return fail('not-this-format', 'the state is no object');
  if (!isBoundedJson(json.value)) return fail('not-this-format', 'the state nests too deep or holds too many values');
  const observed = readLastSeen(json.value.last_seen, message);
  return observed.ok ? ok(objectUplink('zigbee2mqtt', device, json.value, observed.value)) : observed;
};

function readLastSeen(lastSeen: unknown, message: RawMessage): Result<ObservedTime, Fault<'bad-time'>> {
  if (lastSeen === undefined || lastSeen === null) return ok({ ms: message.receivedMs, source: 'edge' });
  const ms = typeof lastSeen === 'string' ? parseInstant(lastSeen) : lastSeen;
  const isInstant = typeof ms === 'number' && Number.isInteger(ms) && ms >= 0 && ms <= INSTANT_MAX_MS;
  return isInstant ? ok({ ms, source: 'payload' }) : fail('bad-time', '`last_seen` is no time with a zone');
}
