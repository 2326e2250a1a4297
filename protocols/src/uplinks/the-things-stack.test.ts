import { describe, expect, it } from 'vitest';
import { parseInstant } from '../observation/instant.ts';
import type { NetworkEvent } from './network-event.ts';
import { parseTheThingsStack, theThingsStackTopic } from './the-things-stack.ts';

const RECEIVED_MS = Date.UTC(2026, 6, 14, 14);
const SERVER_TIME = '2026-07-14T13:15:02.812585559Z';
const END_DEVICE_IDS = { device_id: 'heat-09', dev_eui: '24E124136C140009' };
const UPLINK_MESSAGE = { session_key_id: 'AZf2', f_port: 85, frm_payload: 'AXVc', received_at: SERVER_TIME };

function parse(body: object, topic = '/in/webhook') {
  const payload = new TextEncoder().encode(JSON.stringify(body));
  return parseTheThingsStack({ topic, payload, receivedMs: RECEIVED_MS });
}

function accepted(body: object, topic?: string): NetworkEvent {
  const parsed = parse(body, topic);
  return parsed.ok ? parsed.value : expect.fail(parsed.fault.detail);
}

const uplink = (change: object, around: object = {}) => ({
  end_device_ids: END_DEVICE_IDS,
  received_at: '2026-07-14T13:15:03Z',
  uplink_message: { ...UPLINK_MESSAGE, ...change },
  ...around,
});

const reception = (times: object) => ({ gateway_ids: { gateway_id: 'gw' }, ...times });

describe('a topic of The Things Stack', () => {
  it.each([
    ['v3/city-sensors@ttn/devices/heat-09/up', 'up'],
    ['v3/city-sensors/devices/heat-09/join', 'join'],
    ['bridge/v3/city-sensors@ttn/devices/heat-09/down/sent', 'down/sent'],
  ])('%s names its event', (topic, event) => {
    expect(theThingsStackTopic(topic)).toEqual({ event });
  });

  it.each(['v3/a/b/devices/c/up', 'v2/a/devices/c/up', 'v3/a/devices/up', 'v3/a/devices/b/', ''])(
    '%s is none',
    (topic) => {
      expect(theThingsStackTopic(topic)).toBeUndefined();
    },
  );
});

describe('an uplink of The Things Stack', () => {
  it('takes what is left out for zero and false', () => {
    expect(accepted(uplink({}))).toEqual({
      kind: 'uplink',
      format: 'the-things-stack',
      device: '24E124136C140009',
      deviceName: 'heat-09',
      session: 'AZf2',
      frameCounter: 0,
      port: 85,
      confirmed: false,
      adr: false,
      payload: Uint8Array.of(1, 0x75, 0x5c),
      observedMs: parseInstant(SERVER_TIME),
      timeSource: 'network-server',
      receptions: [],
      simulated: false,
    });
  });

  it('is marked when a person made it in the console', () => {
    expect(accepted(uplink({}, { simulated: true }))).toMatchObject({ simulated: true });
  });

  it('without a port carries no application data', () => {
    expect(accepted(uplink({ f_port: undefined })).kind).toBe('other');
  });

  it.each([
    [
      'GPS before any clock',
      { rx_metadata: [reception({ time: '2026-07-14T13:15:01Z' }), reception({ gps_time: '2026-07-14T13:15:02Z' })] },
      'gateway-gps',
      '2026-07-14T13:15:02Z',
    ],
    [
      'the earliest gateway clock',
      { rx_metadata: [reception({ time: '2026-07-14T13:15:02.8Z' }), reception({ time: '2026-07-14T13:15:02.7Z' })] },
      'gateway',
      '2026-07-14T13:15:02.7Z',
    ],
    [
      'no clock that is set wrong',
      { rx_metadata: [reception({ time: '1970-01-01T00:00:09Z' }), reception({ time: '2026-07-14T13:15:02.8Z' })] },
      'gateway',
      '2026-07-14T13:15:02.8Z',
    ],
    [
      'no GPS time from the future',
      { rx_metadata: [reception({ gps_time: '2036-07-14T13:15:02Z' })] },
      'network-server',
      SERVER_TIME,
    ],
    [
      'the settings before the server',
      { settings: { time: '2026-07-14T13:15:02.5Z' } },
      'gateway',
      '2026-07-14T13:15:02.5Z',
    ],
    ['the Network Server before the Application Server', {}, 'network-server', SERVER_TIME],
    ['the Application Server', { received_at: undefined }, 'network-server', '2026-07-14T13:15:03Z'],
  ])('takes %s', (_, change, timeSource, instant) => {
    expect(accepted(uplink(change))).toMatchObject({ timeSource, observedMs: parseInstant(instant) });
  });

  it('takes arrival here where field filters removed every time', () => {
    const filtered = uplink({ received_at: undefined }, { received_at: undefined });
    expect(accepted(filtered)).toMatchObject({ timeSource: 'edge', observedMs: RECEIVED_MS });
  });

  it('names a gateway by its EUI where there is one', () => {
    const rx_metadata = [
      { gateway_ids: { gateway_id: 'packetbroker' }, rssi: -120 },
      { gateway_ids: { gateway_id: 'gw', eui: '0016c001f153a14c' }, rssi: -110, snr: -2 },
    ];
    expect(accepted(uplink({ rx_metadata }))).toMatchObject({
      receptions: [
        { gateway: '0016C001F153A14C', rssi: -110, snr: -2 },
        { gateway: 'packetbroker', rssi: -120 },
      ],
    });
  });

  it.each([
    ['no device', uplink({}, { end_device_ids: undefined }), 'not-this-format'],
    ['a DevEUI of another length', uplink({}, { end_device_ids: { dev_eui: '24E1' } }), 'not-this-format'],
    ['an AppSKey', uplink({ app_s_key: { key: 'AQ==' } }), 'still-encrypted'],
    ['a payload that is no base64', uplink({ frm_payload: '%' }), 'bad-payload-encoding'],
    ['a server time that is none', uplink({ received_at: 'yesterday' }), 'bad-time'],
  ])('with %s is refused', (_, body, code) => {
    const parsed = parse(body);
    expect(parsed.ok ? parsed.value.kind : parsed.fault.code).toBe(code);
  });
});

describe('other messages of The Things Stack', () => {
  it('are named by their topic', () => {
    const body = { end_device_ids: END_DEVICE_IDS, downlink_ack: {} };
    expect(accepted(body, 'v3/a@ttn/devices/b/down/ack')).toEqual({ kind: 'other', event: 'down/ack' });
    expect(accepted(body)).toEqual({ kind: 'other', event: 'unknown' });
  });
});
