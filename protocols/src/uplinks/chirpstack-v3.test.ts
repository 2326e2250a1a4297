import { describe, expect, it } from 'vitest';
import { chirpstackV3Topic, parseChirpstackV3 } from './chirpstack-v3.ts';
import type { DeviceId, RawMessage } from './network-event.ts';

const RECEIVED_MS = Date.UTC(2026, 10, 3, 5);
const TOPIC = 'application/12/device/24e124713d200007/event/up';
const up = { devEUI: '24e124713d200007', fCnt: 133, fPort: 85, data: 'AXViA3deAA==' };

function message(body: unknown, topic = TOPIC, device?: string): RawMessage {
  const said = device === undefined ? {} : { device: device as DeviceId };
  return { topic, payload: new TextEncoder().encode(JSON.stringify(body)), receivedMs: RECEIVED_MS, ...said };
}

describe('a topic of ChirpStack v3', () => {
  it.each([
    ['application/12/device/24e124713d200007/event/up', 'up'],
    ['application/12/device/24e124713d200007/join', 'join'],
    ['application/12/device/24e124713d200007/rx', 'up'],
    ['bridge/application/12/device/24E124713D200007/event/error', 'error'],
  ])('%s is of the event %s', (topic, event) => {
    expect(chirpstackV3Topic(topic)).toEqual({ devEui: '24E124713D200007', event });
  });

  it.each([
    'application/5a3f2c1e-7f19-4f0e-9f0b-0a8a2f8d0f01/device/24e124713d200007/event/up',
    'application/12/device/24e124713d200007/command/down',
    'application/12/device/here/event/up',
  ])('%s is none', (topic) => {
    expect(chirpstackV3Topic(topic)).toBeUndefined();
  });
});

describe('an uplink of ChirpStack v3', () => {
  it('takes what is missing for the default of its type', () => {
    expect(parseChirpstackV3(message({ ...up, fCnt: undefined }))).toMatchObject({
      ok: true,
      value: { frameCounter: 0, confirmed: false, adr: false, session: '', receptions: [] },
    });
  });

  it.each([
    ['in hex', '01ab33f7', '01AB33F7'],
    ['in base64', 'Aasz9w==', '01AB33F7'],
    ['of no length that an address has', 'Aas=', ''],
  ])('has the session of an address %s', (_, devAddr, session) => {
    expect(parseChirpstackV3(message({ ...up, devAddr }))).toMatchObject({ ok: true, value: { session } });
  });

  it.each([
    [
      'the earliest gateway clock',
      ['04:30:01', '04:30:00.5', '04:30:02'].map((time) => ({ time: `2026-11-03T${time}Z` })),
      '04:30:00.500',
    ],
    [
      'no clock that was never set',
      [{ time: '1970-01-01T00:00:01Z' }, { time: '2026-11-03T04:30:01Z' }],
      '04:30:01.000',
    ],
    ['GPS time without its leap seconds', [{ timeSinceGPSEpoch: '1477715418.25s' }], '04:30:00.250'],
  ])('has the time of %s', (_, receptions, time) => {
    const rxInfo = receptions.map((one) => ({ gatewayID: '0016c001f153a14c', ...one }));
    expect(parseChirpstackV3(message({ ...up, rxInfo }))).toMatchObject({
      ok: true,
      value: { observedMs: Date.parse(`2026-11-03T${time}Z`) },
    });
  });

  it('has what the codec of the server made of it, in either spelling, and does without where that is no JSON', () => {
    const decoded = (body: object) => {
      const parsed = parseChirpstackV3(message({ ...up, ...body }));
      return parsed.ok && parsed.value.kind === 'uplink' ? parsed.value.decoded : 'refused';
    };
    expect(decoded({ object: { depth: 94 } })).toEqual({ depth: 94 });
    expect(decoded({ objectJSON: '{"depth":94}' })).toEqual({ depth: 94 });
    expect(decoded({ objectJSON: '{"depth":' })).toBeUndefined();
    expect(decoded({ objectJSON: '' })).toBeUndefined();
    expect(decoded({ objectJSON: '['.repeat(100) + ']'.repeat(100) })).toBeUndefined();
  });

  it('without application data is another event', () => {
    expect(parseChirpstackV3(message({ ...up, fPort: 0 }))).toMatchObject({ ok: true, value: { kind: 'other' } });
  });

  it('may come by a topic of the operator, where the source or nobody names the device', () => {
    const named = { ok: true, value: { device: '24E124713D200007' } };
    expect(parseChirpstackV3(message(up, 'sensors/7'))).toMatchObject(named);
    expect(parseChirpstackV3(message(up, 'sensors/7', '24E124713D200007'))).toMatchObject(named);
  });

  it.each([
    ['of another device than the topic', { ...up, devEUI: '24e124713d200008' }, 'not-this-format'],
    ['whose device is no EUI', { ...up, devEUI: 'AQI=' }, 'not-this-format'],
    ['whose payload is no base64', { ...up, data: 'x' }, 'bad-payload-encoding'],
    ['that is an array', [], 'not-this-format'],
  ])('%s is refused', (_, body, code) => {
    expect(parseChirpstackV3(message(body))).toMatchObject({ ok: false, fault: { code } });
  });
});

describe('other events of ChirpStack v3', () => {
  const body = { devEUI: 'JOEkcT0gAAc=', devAddr: 'Aasz9w==' };

  it('a join names its session', () => {
    expect(parseChirpstackV3(message(body, TOPIC.replace('/up', '/join')))).toEqual({
      ok: true,
      value: { kind: 'join', device: '24E124713D200007', session: '01AB33F7', observedMs: RECEIVED_MS },
    });
  });

  it.each([
    ['a battery', { batteryLevel: 54.5, margin: 6 }, { batteryPercent: { mantissa: 545, scale: 1 }, linkMarginDb: 6 }],
    ['external power', { externalPowerSource: true }, { externalPower: true, linkMarginDb: 0 }],
  ])('a status tells of %s', (_, status, told) => {
    expect(parseChirpstackV3(message({ ...body, ...status }, TOPIC.replace('/up', '/status')))).toMatchObject({
      ok: true,
      value: { kind: 'status', device: '24E124713D200007', ...told },
    });
  });

  it('anything else is of kind other, whatever its body', () => {
    expect(parseChirpstackV3({ ...message(body, TOPIC.replace('/up', '/ack')), payload: new Uint8Array() })).toEqual({
      ok: true,
      value: { kind: 'other', event: 'ack' },
    });
  });
});
