import { describe, expect, it } from 'vitest';
import { readDiscovery } from './home-assistant-discovery.ts';
import type { DeviceId, ParseUplink, RawMessage } from './network-event.ts';
import { parsePlainJson } from './plain-json.ts';
import { parseTasmota } from './tasmota.ts';
import { parseZigbee2mqtt } from './zigbee2mqtt.ts';

const RECEIVED_MS = Date.UTC(2026, 6, 14, 13, 20, 5);

function message(topic: string, body: unknown, device?: string): RawMessage {
  const said = device === undefined ? {} : { device: device as DeviceId };
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { topic, payload: new TextEncoder().encode(text), receivedMs: RECEIVED_MS, ...said };
}

function outcome(parse: ParseUplink, raw: RawMessage) {
  const parsed = parse(raw);
  if (!parsed.ok) return parsed.fault.code;
  if (parsed.value.kind === 'other') return parsed.value.event;
  if (parsed.value.kind !== 'uplink') return parsed.value.kind;
  const { device, decoded, observedMs, timeSource } = parsed.value;
  return { device, decoded, observedMs, timeSource };
}

const arrival = { observedMs: RECEIVED_MS, timeSource: 'edge' };
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('plain JSON', () => {
  it.each([
    ['an object', '{"level":1.482}', { level: 1.482 }],
    ['an array', '[{"level":1}]', [{ level: 1 }]],
    ['a number', '0.317', { value: 0.317 }],
    ['a number as JSON refuses it', ' +007.50\n', { value: 7.5 }],
    ['a flag', 'true', { value: true }],
    ['a text', '"2025 mm"', { value: '2025 mm' }],
  ])('%s is the object that came', (_, body, decoded) => {
    expect(outcome(parsePlainJson, message('a/b', body, 'gate'))).toEqual({ device: 'gate', decoded, ...arrival });
  });

  it.each(['', 'null', '"NaN"', 'NaN', 'unavailable'])('%j says that there is no value', (body) => {
    expect(outcome(parsePlainJson, message('a/b', body, 'gate'))).toBe('no-value');
  });

  it.each([
    ['a text that is no JSON', 'Online', 'not-json'],
    ['half an object', '{"level":', 'not-json'],
    ['too much nesting', nested(40), 'not-this-format'],
    ['too many values', JSON.stringify(Array(10_001).fill(0)), 'not-this-format'],
  ])('%s is refused', (_, body, code) => {
    expect(outcome(parsePlainJson, message('a/b', body, 'gate'))).toBe(code);
  });

  it('needs a source that names the device', () => {
    expect(outcome(parsePlainJson, message('a/b', '1'))).toBe('not-this-format');
  });
});

describe('Zigbee2MQTT', () => {
  const state = { temperature: 30.42, last_seen: '2026-07-14T15:20:00+02:00' };
  const seen = { observedMs: Date.UTC(2026, 6, 14, 13, 20), timeSource: 'payload' };

  it.each([
    ['ISO 8601', state, seen],
    ['milliseconds', { ...state, last_seen: seen.observedMs }, seen],
    ['nothing', { temperature: 30.42 }, arrival],
    ['null', { ...state, last_seen: null }, arrival],
  ])('has the time of last_seen as %s', (_, body, time) => {
    expect(outcome(parseZigbee2mqtt, message('zigbee2mqtt/hall', body))).toEqual({
      device: 'hall',
      decoded: body,
      ...time,
    });
  });

  it.each([
    ['zigbee2mqtt/library/first-floor', undefined, 'library/first-floor'],
    ['city/zigbee2mqtt/hall', undefined, 'hall'],
    ['zigbee2mqtt/hall', 'gate', 'gate'],
    ['home/hall', 'hall', 'hall'],
  ])('of topic %s, said %s, is of the device %s', (topic, said, device) => {
    expect(outcome(parseZigbee2mqtt, message(topic, state, said))).toMatchObject({ device });
  });

  it.each([
    ['zigbee2mqtt/hall/availability', '{"state":"offline"}', 'offline'],
    ['zigbee2mqtt/hall/availability', 'online', 'online'],
    ['zigbee2mqtt/hall/availability', 'perhaps', 'availability'],
    ['zigbee2mqtt/hall/set', '{"state":"ON"}', 'no-state'],
    ['zigbee2mqtt/hall/get/state', '', 'no-state'],
    ['zigbee2mqtt/bridge/devices', '[]', 'no-state'],
    ['zigbee2mqtt/hall', '', 'removed'],
  ])('%s with %j is no measurement', (topic, body, event) => {
    expect(outcome(parseZigbee2mqtt, message(topic, body))).toBe(event);
  });

  it.each([
    ['a name that is no device id', 'zigbee2mqtt/big hall', '{}', 'not-this-format'],
    ['a state that is no object', 'zigbee2mqtt/hall', '21', 'not-this-format'],
    ['a last_seen that is no time', 'zigbee2mqtt/hall', '{"last_seen":"yesterday"}', 'bad-time'],
    ['a last_seen in no year', 'zigbee2mqtt/hall', '{"last_seen":1e300}', 'bad-time'],
  ])('with %s is refused', (_, topic, body, code) => {
    expect(outcome(parseZigbee2mqtt, message(topic, body))).toBe(code);
  });
});

describe('Tasmota', () => {
  const telemetry = (Time?: unknown) => ({ ...(Time === undefined ? {} : { Time }), BME280: { Temperature: 30.9 } });
  const at = (time: string) => ({ observedMs: Date.parse(time), timeSource: 'payload' });

  it.each([
    ['local time of the zone', '2026-07-14T15:20:00', at('2026-07-14T13:20:00Z')],
    ['local time in winter', '2026-01-14T15:20:00', at('2026-01-14T14:20:00Z')],
    ['a time with an offset at its word', '2026-07-14T15:20:00+01:00', at('2026-07-14T14:20:00Z')],
    ['arrival without a time', undefined, arrival],
    ['arrival while the clock of the device is not set', '1970-01-01T00:00:12', arrival],
  ])('has %s', (_, time, expected) => {
    expect(outcome(parseTasmota, message('tele/school/SENSOR', telemetry(time)))).toMatchObject(expected);
  });

  it.each([
    ['UTC', '2026-07-14T15:20:00', '2026-07-14T15:20:00Z'],
    ['Europe/Lisbon', '2026-07-14T15:20:00', '2026-07-14T14:20:00Z'],
    // Both clocks show it, an hour apart.
    ['Europe/Brussels', '2026-03-29T03:30:00', '2026-03-29T01:30:00Z'],
    ['Etc/GMT-1', '2026-03-29T02:30:00', '2026-03-29T01:30:00Z'],
  ])('reads the times of the zone %s that its source says: %s', (zone, time, instant) => {
    const raw = { ...message('tele/school/SENSOR', telemetry(time)), zone };
    expect(outcome(parseTasmota, raw)).toMatchObject(at(instant));
  });

  it.each([
    ['tele/school/SENSOR', 'school'],
    ['school/tele/SENSOR', 'school'],
    ['tele/floor-1/room-2/SENSOR', 'floor-1/room-2'],
  ])('of topic %s is of the device %s', (topic, device) => {
    expect(outcome(parseTasmota, message(topic, telemetry()))).toMatchObject({ device });
  });

  it.each([
    ['tele/school/LWT', 'Online', 'online'],
    ['tele/school/LWT', 'Offline', 'offline'],
    ['tele/school/STATE', '{"Uptime":"1T"}', 'state'],
  ])('%s with %j is no measurement', (topic, body, event) => {
    expect(outcome(parseTasmota, message(topic, body))).toBe(event);
  });

  it.each([
    ['a time that the clock skipped', telemetry('2026-03-29T02:30:00'), 'bad-time'],
    ['a time that is a number', telemetry(1), 'bad-time'],
    ['no object', '[]', 'not-this-format'],
  ])('with %s is refused', (_, body, code) => {
    expect(outcome(parseTasmota, message('tele/school/SENSOR', body))).toBe(code);
  });
});

describe('the discovery of Home Assistant', () => {
  const read = (body: unknown, topic = 'homeassistant/sensor/gate/level/config') => readDiscovery(message(topic, body));

  it.each([
    ['in full', { state_topic: 'gate/state', unit_of_measurement: 'm', value_template: '{{ value_json.a.b }}' }, 'a.b'],
    [
      'in abbreviations',
      { '~': 'gate', stat_t: '~/state', unit_of_meas: 'm', val_tpl: '{{value_json.level}}' },
      'level',
    ],
    ['without a template', { state_topic: 'gate/state', unit_of_measurement: 'm' }, 'value'],
  ])('%s says where the value stands', (_, config, path) => {
    expect(read(config)).toEqual({ ok: true, value: { stateTopic: 'gate/state', path, unit: 'm' } });
  });

  it('with an empty body takes an announcement back', () => {
    expect(read('')).toEqual({ ok: true, value: undefined });
  });

  it.each([
    ['a template that is a program', { state_topic: 'a', value_template: '{{ value_json.a | float * 2 }}' }],
    ['no topic', { unit_of_measurement: 'm' }],
    ['a list', []],
  ])('with %s is refused', (_, config) => {
    expect(read(config)).toMatchObject({ ok: false, fault: { code: 'not-this-format' } });
  });

  it('by another topic is refused', () => {
    expect(read({ state_topic: 'a' }, 'homeassistant/status')).toMatchObject({ ok: false });
  });
});
