import { describe, expect, it } from 'vitest';
import { parseDevEui } from './dev-eui.ts';
import { sameUplink, sessionsAgree, type UplinkIdentity, uplinkKey, uplinkSession } from './uplink-key.ts';

const devEui = parseDevEui('24E124136C140001') ?? expect.fail();
const chirpstack: UplinkIdentity = {
  device: devEui,
  frameCounter: 4211,
  payload: Uint8Array.of(1, 0x75, 0x5c),
  format: 'chirpstack-v4',
  session: '01AB33F0',
  observedMs: 1_780_000_000_000,
};
const things: UplinkIdentity = { ...chirpstack, format: 'the-things-stack', session: 'AZf2nq0pUGUucuzS/bCGMNw==' };

describe('the key of an uplink', () => {
  it('names device, counter and payload', () => {
    expect(uplinkKey(chirpstack)).toBe('24E124136C140001:4211:01755c');
    expect(uplinkSession(chirpstack)).toBe('chirpstack-v4/01AB33F0');
  });

  it('is one by two roads, though they name the session differently', () => {
    expect(uplinkKey(things)).toBe(uplinkKey(chirpstack));
    expect(sameUplink(things, chirpstack)).toBe(true);
  });

  it('is one for a redelivery and for a copy that does not name its session', () => {
    expect(sameUplink(chirpstack, { ...chirpstack })).toBe(true);
    expect(sameUplink(chirpstack, { ...chirpstack, session: '' })).toBe(true);
    expect(sameUplink({ ...things, session: '' }, chirpstack)).toBe(true);
  });

  it.each([
    ['a device that joined again and sends the same bytes at the same counter', { session: '01AB33F1' }],
    ['a counter that an ABP device reset, with another payload', { payload: Uint8Array.of(1, 0x75, 0x5b) }],
    ['the next counter', { frameCounter: 4212 }],
    ['another device', { device: parseDevEui('24E124136C140002') ?? devEui }],
  ])('separates %s', (_, change) => {
    expect(sameUplink(chirpstack, { ...chirpstack, ...change })).toBe(false);
  });

  describe('without a frame counter', () => {
    const { frameCounter: _, ...rest } = chirpstack;
    const zigbee: UplinkIdentity = {
      ...rest,
      format: 'zigbee2mqtt',
      session: '',
      payload: new Uint8Array(),
      decoded: { temperature: 21.5, battery: { percent: 80 } },
    };

    it('is one for every spelling of the object', () => {
      const spelled = { battery: { percent: 80 }, temperature: 21.5 };
      expect(sameUplink(zigbee, { ...zigbee, decoded: spelled, format: 'plain-json' })).toBe(true);
    });

    it.each([
      ['another moment', { observedMs: zigbee.observedMs + 1 }],
      ['another value', { decoded: { temperature: 21.6, battery: { percent: 80 } } }],
      ['another device', { device: parseDevEui('24E124136C140002') ?? devEui }],
      ['a frame with a counter', { frameCounter: 0 }],
    ])('separates %s', (_, change) => {
      expect(sameUplink(zigbee, { ...zigbee, ...change })).toBe(false);
    });

    it('is bounded in depth, whatever came', () => {
      const deep = JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`) as unknown;
      expect(uplinkKey({ ...zigbee, decoded: deep }).length).toBeLessThan(200);
    });
  });

  it('cannot be forged by a session that contains the divider', () => {
    expect(sessionsAgree('the-things-stack/a/b', 'the-things-stack/a/c')).toBe(false);
    expect(sessionsAgree('the-things-stack/chirpstack-v4/x', 'chirpstack-v4/x')).toBe(true);
  });
});
