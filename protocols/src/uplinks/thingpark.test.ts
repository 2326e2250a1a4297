import { describe, expect, it } from 'vitest';
import type { DeviceId, RawMessage } from './network-event.ts';
import { parseThingPark } from './thingpark.ts';

const uplink = {
  Time: '2026-11-03T06:38:46.88+01:00',
  DevEUI: '20635F0108000E13',
  FPort: 85,
  FCntUp: 1174,
  MType: 4,
  payload_hex: '0175640382E204',
  DevAddr: '04d2848e',
  Lrrid: '004a18e3',
  LrrRSSI: '-80.000000',
  LrrSNR: 7,
};

function message(body: unknown, rest: Partial<RawMessage> = {}): RawMessage {
  return { topic: '', payload: new TextEncoder().encode(JSON.stringify(body)), receivedMs: 0, ...rest };
}
const parse = (body: unknown, rest?: Partial<RawMessage>) => parseThingPark(message(body, rest));

describe('an uplink of ThingPark', () => {
  const read = {
    ok: true,
    value: {
      device: '20635F0108000E13',
      session: '04D2848E',
      frameCounter: 1174,
      port: 85,
      confirmed: true,
      adr: false,
      observedMs: Date.UTC(2026, 10, 3, 5, 38, 46, 880),
      receptions: [{ gateway: '004A18E3', rssi: -80, snr: 7 }],
    },
  };

  it.each([
    ['in its wrapper', { DevEUI_uplink: uplink }],
    ['without a wrapper', uplink],
    ['with numbers as texts', { ...uplink, FPort: '85', FCntUp: '1174', MType: '4' }],
    ['with its time in milliseconds', { ...uplink, Time: Date.UTC(2026, 10, 3, 5, 38, 46, 880) }],
    ['that was queued at the gateway', { ...uplink, Late: '1' }],
    ['with one gateway as an object', { ...uplink, Lrrs: { Lrr: { Lrrid: '004A18E3', LrrRSSI: -80, LrrSNR: '7' } } }],
  ])('is read %s', (_, body) => {
    expect(parse(body)).toMatchObject(read);
  });

  it.each([
    ['an object', { name: 'water-13' }],
    ['a text with an object in it', '{"name":"water-13","alr":{"ver":"1"}}'],
  ])('has the name of the device from %s', (_, CustomerData) => {
    expect(parse({ ...uplink, CustomerData })).toMatchObject({ ok: true, value: { deviceName: 'water-13' } });
  });

  it.each(['{', '[]', 7, null, { name: 7 }])('does without a name from %j', (CustomerData) => {
    const parsed = parse({ ...uplink, CustomerData });
    expect(parsed).toMatchObject(read);
    expect(parsed.ok && parsed.value).not.toHaveProperty('deviceName');
  });

  it('keeps the decoded object, and none after a failed decode', () => {
    expect(parse({ ...uplink, payload: { distance: 1250 } })).toMatchObject({
      ok: true,
      value: { decoded: { distance: 1250 } },
    });
    const failed = parse({ ...uplink, payloadDecodedError: { code: 'com-5002', message: 'x' } });
    expect(failed).toMatchObject(read);
    expect(failed.ok && failed.value).not.toHaveProperty('decoded');
  });

  it.each([
    ['a join request', { ...uplink, MType: 0, FPort: undefined, payload_hex: undefined }],
    ['MAC commands', { ...uplink, FPort: '0' }],
  ])('of %s carries no application data', (_, body) => {
    expect(parse(body)).toMatchObject({ ok: true, value: { kind: 'other' } });
  });

  it.each([
    ['a time without offset', { ...uplink, Time: '2026-11-03T06:38:46.882' }, 'bad-time'],
    ['an odd number of hex digits', { ...uplink, payload_hex: '017' }, 'bad-payload-encoding'],
    ['more bytes than a radio carries', { ...uplink, payload_hex: '00'.repeat(256) }, 'bad-payload-encoding'],
    ['a counter beyond 32 bits', { ...uplink, FCntUp: '4294967296' }, 'not-this-format'],
    ['a fraction for a port', { ...uplink, FPort: '8.5' }, 'not-this-format'],
    ['no DevEUI', { ...uplink, DevEUI: 'here' }, 'not-this-format'],
    ['only the decoded object', { distance: 1250 }, 'not-this-format'],
  ])('with %s is refused', (_, body, code) => {
    expect(parse(body)).toMatchObject({ ok: false, fault: { code } });
  });

  it('of another device than the topic or the source names is refused', () => {
    const refused = { ok: false, fault: { code: 'not-this-format' } };
    expect(parse(uplink, { topic: 'mqtt/things/20635F0108000E14/uplink' })).toMatchObject(refused);
    expect(parse(uplink, { device: '20635F0108000E14' as DeviceId })).toMatchObject(refused);
  });
});

describe('other documents of ThingPark', () => {
  it('a join is read', () => {
    const join = { Type: 'join', Time: uplink.Time, DevEUI: uplink.DevEUI, DevAddr: '04d2848e' };
    expect(parse({ DevEUI_notification: join })).toEqual({
      ok: true,
      value: {
        kind: 'join',
        device: '20635F0108000E13',
        session: '04D2848E',
        observedMs: Date.UTC(2026, 10, 3, 5, 38, 46, 880),
      },
    });
  });

  it.each(['DevEUI_location', 'DevEUI_downlink_Sent'])('%s carries nothing to observe', (root) => {
    expect(parse({ [root]: {} })).toEqual({ ok: true, value: { kind: 'other', event: root } });
  });

  it('a reset is no join', () => {
    const reset = { Type: 'reset', Time: uplink.Time, DevEUI: uplink.DevEUI };
    expect(parse({ DevEUI_notification: reset })).toMatchObject({ ok: true, value: { kind: 'other' } });
  });
});
