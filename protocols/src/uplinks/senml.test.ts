import { describe, expect, it } from 'vitest';
import type { DeviceId, RawMessage } from './network-event.ts';
import { decodeSenml, parseSenml, splitSenml } from './senml.ts';

const RECEIVED_MS = Date.UTC(2026, 6, 14, 13, 20);
const BASE_S = 1_784_034_900;

function message(pack: unknown, device?: string): RawMessage {
  const said = device === undefined ? {} : { device: device as DeviceId };
  return { topic: '', payload: new TextEncoder().encode(JSON.stringify(pack)), receivedMs: RECEIVED_MS, ...said };
}

function parsed(pack: unknown, device?: string) {
  const result = parseSenml(message(pack, device));
  return result.ok && result.value.kind === 'uplink' ? result.value : expect.fail(JSON.stringify(result));
}

describe('a SenML pack', () => {
  it('applies its base values until they change', () => {
    const { device, decoded, observedMs } = parsed([
      { bn: 'urn:dev:ow:10e2073a01080063:', bt: BASE_S, bu: 'A', bv: 0.1, n: 'current', t: -1, v: 0.2 },
      { n: 'current', v: 1 },
      { bu: 'V', bv: 0, bt: BASE_S + 60, n: 'voltage', v: 120.1 },
    ]);
    expect(device).toBe('urn:dev:ow:10e2073a01080063');
    expect(decoded).toEqual({
      current: [
        { value: 0.3, unit: 'A', timeMs: (BASE_S - 1) * 1000 },
        { value: 1.1, unit: 'A', timeMs: BASE_S * 1000 },
      ],
      voltage: [{ value: 120.1, unit: 'V', timeMs: (BASE_S + 60) * 1000 }],
    });
    expect(observedMs).toBe((BASE_S + 60) * 1000);
  });

  it.each([
    ['of now without one', [{ n: 'a', v: 1 }], RECEIVED_MS, 'edge'],
    ['from now below 2^28', [{ n: 'a', v: 1, t: -60 }], RECEIVED_MS - 60_000, 'edge'],
    ['absolute from 2^28 on', [{ n: 'a', v: 1, t: 2 ** 28 }], 2 ** 28 * 1000, 'payload'],
    ['with decimals, not a millisecond less', [{ n: 'a', v: 1, t: 1_784_034_900.123 }], 1_784_034_900_123, 'payload'],
  ])('has a time %s', (_, pack, observedMs, timeSource) => {
    expect(parsed(pack, 'station')).toMatchObject({ observedMs, timeSource });
  });

  it('keeps texts, flags and sums, and leaves data and records without a value out', () => {
    const pack = [
      { bn: 'd:', bt: BASE_S, bs: 100 },
      { n: 'label', vs: 'open' },
      { n: 'door', vb: false },
      { n: 'energy', s: 5, u: 'Wh' },
      { n: 'blob', vd: 'AQI' },
    ];
    const timeMs = BASE_S * 1000;
    expect(parsed(pack).decoded).toEqual({
      label: [{ value: 'open', timeMs }],
      door: [{ value: false, timeMs }],
      energy: [{ sum: 105, unit: 'Wh', timeMs }],
    });
  });

  it.each([
    ['its base name without the separator', [{ bn: 'urn:dev:mac:24e124fffe140024:', n: 'a', v: 1 }], undefined, 'a'],
    ['its only name', [{ n: 'urn:dev:mac:24e124fffe140024', v: 1 }], undefined, 'value'],
    ['what the source says', [{ n: 'a', v: 1 }], 'urn:dev:mac:24e124fffe140024', 'a'],
  ])('is of the device of %s', (_, pack, said, name) => {
    const { device, decoded } = parsed(pack, said);
    expect(device).toBe('urn:dev:mac:24e124fffe140024');
    expect(Object.keys(decoded as object)).toEqual([name]);
  });

  it('names no member of an object but its own', () => {
    const { decoded } = parsed([{ bn: 'd:', n: '__proto__', v: 1 }]);
    expect(Object.keys(decoded as object)).toEqual(['__proto__']);
    expect(Object.hasOwn(Object.prototype, '0')).toBe(false);
  });

  it.each([
    ['a field that must be understood', [{ bn: 'd:', n: 'a', v: 1, crucial_: 1 }], 'not-this-format'],
    ['a later version', [{ bn: 'd:', bver: 11, n: 'a', v: 1 }], 'not-this-format'],
    ['a text for a number', [{ bn: 'd:', n: 'a', v: '1' }], 'not-this-format'],
    [
      'no device',
      [
        { n: 'a', v: 1 },
        { n: 'b', v: 1 },
      ],
      'not-this-format',
    ],
    [
      'two devices',
      [
        { bn: 'd:', n: 'a', v: 1 },
        { bn: 'e:', n: 'a', v: 1 },
      ],
      'not-this-format',
    ],
    ['too many records', Array.from({ length: 2001 }, () => ({ bn: 'd:', v: 1 })), 'not-this-format'],
    ['a time in no year', [{ bn: 'd:', n: 'a', v: 1, t: 1e12 }], 'bad-time'],
    ['a time before 1970', [{ bn: 'd:', n: 'a', v: 1, t: -1e10 }], 'bad-time'],
  ])('with %s is refused', (_, pack, code) => {
    expect(parseSenml(message(pack))).toMatchObject({ ok: false, fault: { code } });
  });

  it('of an unknown field without that mark is read', () => {
    expect(parsed([{ bn: 'd:', n: 'a', v: 1, remark: 'x' }]).decoded).toHaveProperty('a');
  });

  it('without any value is no uplink', () => {
    expect(parseSenml(message([{ bn: 'd:' }]))).toEqual({ ok: true, value: { kind: 'other', event: 'no-value' } });
  });

  it('as the payload of a device reads by the names of its quantities', () => {
    const { payload } = message([{ bn: 'x:', n: 'level', v: 2.5, u: 'm' }]);
    expect(decodeSenml(payload, RECEIVED_MS)).toEqual({
      ok: true,
      value: { level: [{ value: 2.5, unit: 'm', timeMs: RECEIVED_MS }] },
    });
  });
});

describe('a SenML pack of several devices', () => {
  const pack = [
    { bn: 'urn:dev:a:', bt: BASE_S, bu: 'Cel', bv: 20, n: 'temperature', v: 1.5 },
    { bn: 'urn:dev:b:', n: 'temperature', v: 2.5, t: -60 },
    { n: 'door', vb: true, u: '/' },
    { bn: 'urn:dev:a:', n: 'label', vs: 'x', bu: '' },
  ];

  it('is divided into one message for each, which reads as its records did', () => {
    const parts = splitSenml(message(pack));
    const uplinks = (parts.ok ? parts.value : []).map((part) => parseSenml(part));
    const timeMs = BASE_S * 1000;
    expect(uplinks).toMatchObject([
      {
        ok: true,
        value: {
          device: 'urn:dev:a',
          decoded: { temperature: [{ value: 21.5, unit: 'Cel', timeMs }], label: [{ value: 'x', timeMs }] },
        },
      },
      {
        ok: true,
        value: {
          device: 'urn:dev:b',
          decoded: {
            temperature: [{ value: 22.5, unit: 'Cel', timeMs: timeMs - 60_000 }],
            door: [{ value: true, unit: '/', timeMs }],
          },
        },
      },
    ]);
  });

  it('is refused where a base name is no device id, or there are too many', () => {
    const named = (bn: string) => ({ bn, n: 'a', v: 1 });
    expect(splitSenml(message([named('a:'), named('b c:')]))).toMatchObject({ ok: false });
    expect(splitSenml(message(Array.from({ length: 257 }, (_, index) => named(`d${index}:`))))).toMatchObject({
      ok: false,
    });
  });
});
