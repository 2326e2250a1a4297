import { describe, expect, it } from 'vitest';
import { parseInstant } from '../observation/instant.ts';
import { chirpstackTopic, parseChirpstackV4 } from './chirpstack-v4.ts';
import type { NetworkEvent } from './network-event.ts';

const RECEIVED_MS = Date.UTC(2026, 6, 14, 14);
const TOPIC = 'application/17c82e96/device/24e124136c140001/event';
const UP = {
  time: '2026-07-14T13:05:12.406789+00:00',
  deviceInfo: { devEui: '24e124136c140001' },
  devAddr: '01ab33f0',
  fPort: 85,
  data: 'AXVc',
};

function parse(body: object, event = 'up') {
  const payload = new TextEncoder().encode(JSON.stringify(body));
  return parseChirpstackV4({ topic: `${TOPIC}/${event}`, payload, receivedMs: RECEIVED_MS });
}

function accepted(body: object, event = 'up'): NetworkEvent {
  const parsed = parse(body, event);
  return parsed.ok ? parsed.value : expect.fail(parsed.fault.detail);
}

function faultOf(body: object, event = 'up'): string {
  const parsed = parse(body, event);
  return parsed.ok ? parsed.value.kind : parsed.fault.code;
}

describe('a ChirpStack topic', () => {
  it.each([
    ['application/a/device/24e124136c140001/event/up', 'up'],
    ['bridge/one/application/a/device/24E124136C140001/event/txack', 'txack'],
  ])('%s names device and event', (topic, event) => {
    expect(chirpstackTopic(topic)).toEqual({ devEui: '24E124136C140001', event });
  });

  it.each([
    'application/a/device/24e124136c140001/command/down',
    'application/a/device/24e124136c14/event/up',
    'application/a/b/device/24e124136c140001/event/up',
    'application/a/device/24e124136c140001/event/up/more',
    'myapplication/a/device/24e124136c140001/event/up',
    '',
  ])('%s is none', (topic) => {
    expect(chirpstackTopic(topic)).toBeUndefined();
  });
});

describe('an uplink of ChirpStack v4', () => {
  it('takes what is left out for zero and false', () => {
    expect(accepted(UP)).toEqual({
      kind: 'uplink',
      format: 'chirpstack-v4',
      device: '24E124136C140001',
      session: '01AB33F0',
      frameCounter: 0,
      port: 85,
      confirmed: false,
      adr: false,
      payload: Uint8Array.of(1, 0x75, 0x5c),
      observedMs: parseInstant('2026-07-14T13:05:12.406Z'),
      timeSource: 'network-server',
      receptions: [],
      simulated: false,
    });
  });

  it('has an empty payload where the device sent a port without data', () => {
    expect(accepted({ ...UP, data: undefined })).toMatchObject({ kind: 'uplink', payload: new Uint8Array() });
  });

  it.each([0, 224, 255, undefined])('on port %s carries no application data', (fPort) => {
    expect(accepted({ ...UP, fPort }).kind).toBe('other');
  });

  it.each([
    ['a GPS time', { gwTime: UP.time, timeSinceGpsEpoch: '1468069530.406s' }, 'gateway-gps'],
    ['a gateway time that it copied', { gwTime: UP.time }, 'gateway'],
    ['a gateway time of early v4', { time: UP.time }, 'gateway'],
    ['a gateway time that it refused', { gwTime: '2026-07-14T11:05:12Z' }, 'network-server'],
    ['its own time only', { nsTime: UP.time }, 'network-server'],
  ])('with %s says so', (_, reception, timeSource) => {
    const rxInfo = [{ gatewayId: '0016c001f153a14c', ...reception }];
    expect(accepted({ ...UP, rxInfo })).toMatchObject({ observedMs: parseInstant(UP.time), timeSource });
  });

  it.each([
    [
      'the gateway',
      { gwTime: '2026-07-14T13:00:01Z', nsTime: '2026-07-14T13:00:02Z' },
      'gateway',
      '2026-07-14T13:00:01Z',
    ],
    ['the network server', { nsTime: '2026-07-14T13:00:02Z' }, 'network-server', '2026-07-14T13:00:02Z'],
    ['arrival here', {}, 'edge', '2026-07-14T14:00:00Z'],
  ])('without a time of its own takes that of %s', (_, reception, timeSource, instant) => {
    const body = { ...UP, time: undefined, rxInfo: [{ gatewayId: '0016c001f153a14c', ...reception }] };
    expect(accepted(body)).toMatchObject({ observedMs: parseInstant(instant), timeSource });
  });

  it('has the best signal first and at most 16 receptions', () => {
    const rxInfo = [
      { gatewayId: 'unknown', snr: 'NaN' },
      { gatewayId: 'worse', rssi: -90, snr: 3 },
      { gatewayId: 'better', rssi: -90, snr: 7 },
      ...Array.from({ length: 20 }, (_, index) => ({ gatewayId: `far-${index}`, rssi: -120 - index })),
    ];
    const event = accepted({ ...UP, rxInfo });
    const gateways = event.kind === 'uplink' ? event.receptions.map(({ gateway }) => gateway) : [];
    expect(gateways).toHaveLength(16);
    expect(gateways.slice(0, 3)).toEqual(['BETTER', 'WORSE', 'FAR-0']);
    expect(gateways).not.toContain('UNKNOWN');
  });

  it.each([
    ['another device than its topic', { deviceInfo: { devEui: '24e124136c140002' } }, 'not-this-format'],
    ['a DevEUI in base64', { deviceInfo: { devEui: 'JOEkE2wUAAE=' } }, 'not-this-format'],
    ['a frame counter beyond 32 bits', { fCnt: 2 ** 32 }, 'not-this-format'],
    ['a frame counter as text', { fCnt: '7' }, 'not-this-format'],
    ['a payload that the join server encrypts', { joinServerContext: { sessionKeyId: 'AQ==' } }, 'still-encrypted'],
    ['a payload that is no base64', { data: 'AXV' }, 'bad-payload-encoding'],
    ['a time without a zone', { time: '2026-07-14T13:05:12' }, 'bad-time'],
  ])('with %s is refused', (_, change, code) => {
    expect(faultOf({ ...UP, ...change })).toBe(code);
  });

  it('whose join server context is empty is decrypted', () => {
    expect(accepted({ ...UP, joinServerContext: {} }).kind).toBe('uplink');
  });
});

describe('other events of ChirpStack v4', () => {
  it('are named and not read', () => {
    expect(accepted({ anything: 1 }, 'txack')).toEqual({ kind: 'other', event: 'txack' });
  });

  it.each([
    ['an external supply', { externalPowerSource: true, batteryLevel: 0 }],
    ['an unavailable level', { batteryLevelUnavailable: true, batteryLevel: 0 }],
  ])('a status with %s has no battery level', (_, power) => {
    const status = accepted({ time: UP.time, deviceInfo: UP.deviceInfo, margin: -3, ...power }, 'status');
    expect(status).toMatchObject({ kind: 'status', linkMarginDb: -3 });
    expect(status).not.toHaveProperty('batteryPercent');
  });

  it('a status has its level without the noise of a 32-bit float', () => {
    const status = accepted({ time: UP.time, deviceInfo: UP.deviceInfo, batteryLevel: 24.200000762939453 }, 'status');
    expect(status).toMatchObject({ batteryPercent: { mantissa: 242, scale: 1 } });
  });
});
