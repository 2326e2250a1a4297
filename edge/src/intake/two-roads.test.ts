import type { RawMessage } from '@meetbrug/protocols/uplinks';
import { describe, expect, it } from 'vitest';
import { UplinkWindow } from '../outbox/uplink-window.ts';
import { RECEIVED_MS } from '../testing/edge-fixture.ts';
import { intakeRules } from '../testing/planned-uplinks.ts';
import { planMessage } from './plan-message.ts';

const HEX = '01755c0367390104684e';
const BASE64 = Buffer.from(HEX, 'hex').toString('base64');
const DEV_EUI = '24E124136C140001';
const TIME = '2026-11-24T11:59:58.500Z';

/** One frame of the heat sensor as each network server tells of it. */
const ROADS: Readonly<
  Record<string, (frameCounter: number) => Omit<RawMessage, 'payload'> & { readonly body: unknown }>
> = {
  'ChirpStack v4': (fCnt) => ({
    topic: `application/17c82e96/device/${DEV_EUI.toLowerCase()}/event/up`,
    receivedMs: RECEIVED_MS,
    body: { time: TIME, deviceInfo: { devEui: DEV_EUI }, devAddr: '01ab33f0', fCnt, fPort: 85, data: BASE64 },
  }),
  'ChirpStack v3': (fCnt) => ({
    topic: `application/7/device/${DEV_EUI.toLowerCase()}/event/up`,
    receivedMs: RECEIVED_MS + 1,
    body: { devEUI: DEV_EUI, devAddr: '01ab33f0', fCnt, fPort: 85, data: BASE64 },
  }),
  'The Things Stack': (f_cnt) => ({
    topic: 'v3/city@ttn/devices/heat/up',
    receivedMs: RECEIVED_MS + 2,
    body: {
      end_device_ids: { dev_eui: DEV_EUI },
      received_at: TIME,
      uplink_message: { session_key_id: 'AZf2nq0pUGUucuzS/bCGMNw==', f_port: 85, f_cnt, frm_payload: BASE64 },
    },
  }),
  ThingPark: (FCntUp) => ({
    topic: 'in/thingpark',
    format: 'thingpark',
    receivedMs: RECEIVED_MS + 3,
    body: {
      DevEUI_uplink: { Time: TIME, DevEUI: DEV_EUI, FPort: '85', FCntUp: String(FCntUp), MType: '2', payload_hex: HEX },
    },
  }),
};
const NAMES = Object.keys(ROADS);
const rules = intakeRules();

function arrive(window: UplinkWindow, road: string, frameCounter: number): string {
  const { body, ...message } = ROADS[road]?.(frameCounter) ?? expect.fail(road);
  const raw = { ...message, payload: Buffer.from(JSON.stringify(body)) };
  const planned = planMessage(raw, rules, (fingerprint) => window.has(fingerprint));
  if (planned.kind === 'uplink') window.add(planned.uplink.fingerprint);
  return planned.kind === 'quarantine' ? planned.record.detail : planned.kind;
}

describe('one frame by two roads', () => {
  const pairs = NAMES.flatMap((first) => NAMES.map((second) => [first, second] as const));

  it.each(pairs)('is one uplink: %s, then %s', (first, second) => {
    const window = new UplinkWindow(1_000);
    expect(arrive(window, first, 4211)).toBe('uplink');
    expect(arrive(window, second, 4211)).toBe('duplicate');
    expect(arrive(window, second, 4212)).toBe('uplink');
    expect(arrive(window, first, 4212)).toBe('duplicate');
  });
});
