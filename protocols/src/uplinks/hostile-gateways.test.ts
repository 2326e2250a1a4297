import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { frameCipher, openFrame, PHY_PAYLOAD_MAX_BYTES, readPhyPayload } from '../lorawan/mod.ts';
import { readStationMessage } from './basics-station.ts';
import { readRouterHello, routerEui } from './basics-station-router.ts';
import { readGwmp } from './gwmp.ts';
import { PACKETS_MAX } from './gwmp-json.ts';
import { frameMessage, readFrameMessage } from './lorawan.ts';
import { encodeJson, hostileBytes, hostileJson, type Json, LARGE_BODIES } from './testing/hostile-input.ts';

const RUNS = 10_000;
const SEED = 47;
const TEST_MAX_MS = 120_000;
const GATEWAY = '0016C001F153A14C';

const schema = z.looseObject({
  datagramHex: z.string().optional(),
  datagrams: z.array(z.object({ hex: z.string() })).optional(),
  frames: z.array(z.object({ json: z.unknown() })).optional(),
  phyPayloadHex: z.string().optional(),
});
const sample = (name: string) =>
  schema.parse(JSON.parse(readFileSync(`${import.meta.dirname}/../../../test/samples/${name}.json`, 'utf8')));
const bytes = (hex = '') => Uint8Array.from(Buffer.from(hex, 'hex'));

const DATAGRAMS = [
  '16-gwmp-push-data-heat',
  '17-gwmp-push-data-duplicate-other-gateway',
  '18-gwmp-push-data-stat-and-bad-crc',
  '20-gwmp-push-data-fcnt-rollover',
].map((name) => bytes(sample(name).datagramHex));
const OTHER_DATAGRAMS = (sample('19-gwmp-pull-data-and-tx-ack').datagrams ?? []).map(({ hex }) => bytes(hex));
const HEADER = DATAGRAMS[0]?.slice(0, 12) ?? new Uint8Array();
const BODIES = DATAGRAMS.map((datagram) => JSON.parse(new TextDecoder().decode(datagram.subarray(12))) as Json);
const STATION_MESSAGES = ['22-basicstation-updf-heat', '23-basicstation-jreq'].flatMap((name) =>
  (sample(name).frames ?? []).map(({ json }) => json as Json),
);
const FRAMES = ['16-gwmp-push-data-heat', '23-basicstation-jreq'].map((name) => bytes(sample(name).phyPayloadHex));

/** A datagram with a sound header and a hostile body. */
const datagramWith = (body: Uint8Array) => Uint8Array.from([...HEADER, ...body]);

function expectRead(datagram: Uint8Array): void {
  const read = readGwmp(datagram);
  if (!read.ok) {
    expect(['runt', 'unknown-version', 'unknown-identifier']).toContain(read.fault.code);
    return;
  }
  const { gateway, reply, frames, dropped, error = '' } = read.value;
  expect(gateway).toMatch(/^[0-9A-F]{16}$/);
  expect(reply?.length ?? 4).toBe(4);
  expect(frames.length + dropped.length).toBeLessThanOrEqual(PACKETS_MAX);
  expect(error.length).toBeLessThanOrEqual(64);
  for (const frame of frames) {
    expect(frame.phyPayload.length).toBeLessThanOrEqual(PHY_PAYLOAD_MAX_BYTES);
    const again = readFrameMessage(frameMessage(frame, { topic: 'lorawan/x', receivedMs: 1 }));
    // As texts: JSON has no -0.
    expect(JSON.stringify(again)).toBe(JSON.stringify({ ok: true, value: frame }));
  }
}

describe('the reader of datagrams', () => {
  it('ends in a result whatever bytes come', { timeout: TEST_MAX_MS }, () => {
    const cases = hostileBytes([...DATAGRAMS, ...OTHER_DATAGRAMS]);
    fc.assert(fc.property(cases, expectRead), { seed: SEED, numRuns: RUNS });
  });

  it('ends in a result whatever JSON comes behind a sound header', { timeout: TEST_MAX_MS }, () => {
    fc.assert(fc.property(hostileJson(BODIES).map(datagramWith), expectRead), { seed: SEED, numRuns: RUNS });
  });

  it.each(LARGE_BODIES)('ends in a result for %s', (_, text) =>
    expectRead(datagramWith(new TextEncoder().encode(text))),
  );
});

describe('the reader of station messages', () => {
  const expectMessage = (body: Uint8Array) => {
    const read = readStationMessage(body, GATEWAY);
    if (!read.ok) {
      expect(['not-json', 'not-this-format']).toContain(read.fault.code);
      expect(read.fault.detail.length).toBeLessThanOrEqual(300);
      return;
    }
    if (read.value.kind !== 'frame') return;
    expect(read.value.frame.phyPayload.length).toBeLessThanOrEqual(PHY_PAYLOAD_MAX_BYTES);
    readPhyPayload(read.value.frame.phyPayload);
  };

  it('ends in a result whatever comes', { timeout: TEST_MAX_MS }, () => {
    const cases = hostileJson(STATION_MESSAGES);
    fc.assert(fc.property(cases, expectMessage), { seed: SEED, numRuns: RUNS });
  });

  it('ends in a EUI or a fault for whatever a station calls itself', { timeout: TEST_MAX_MS }, () => {
    const names = fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-f:]{0,24}$/), fc.nat(), fc.double());
    const read = (router: string | number) => readRouterHello(encodeJson({ router }));
    fc.assert(
      fc.property(names, (router) => {
        const hello = read(router);
        if (hello.ok) expect(hello.value).toMatch(/^[0-9A-F]{16}$/);
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });

  it('reads every spelling of a EUI', () => {
    const spellings = ['0016:c001:f153:a14c', '16:c001:f153:a14c', '00-16-C0-01-F1-53-A1-4C', '0016c001f153a14c'];
    expect(spellings.map(routerEui)).toEqual(spellings.map(() => GATEWAY));
    expect([routerEui('::1'), routerEui('a::'), routerEui(1)]).toEqual([
      '0000000000000001',
      '000A000000000000',
      '0000000000000001',
    ]);
    expect([routerEui('1::2::3'), routerEui('a:b'), routerEui('a:b:c:d:e')]).toEqual([undefined, undefined, undefined]);
  });
});

describe('a frame', () => {
  const rules = { cipher: frameCipher((one) => Buffer.from(one)), frameCounterGapMax: 16_384 };
  const key = bytes('3c4fcf098815f7aba6d2ae2816157e2b');
  const session = { devEui: '24E124136C140009', devAddr: '260B4C2F', nwkSKey: key, appSKey: key };

  it('ends in a result whatever bytes come, also where its address has a session', { timeout: TEST_MAX_MS }, () => {
    let forged = 0;
    const expectFrame = (one: Uint8Array) => {
      const frame = readPhyPayload(one);
      if (!frame.ok) {
        expect(frame.fault.code).toBe('not-a-frame');
        return;
      }
      if (frame.value.kind !== 'data') return;
      const opened = openFrame(one, frame.value, [session], rules);
      if (opened.ok) expect(one).toEqual(FRAMES[0]);
      else forged += 1;
    };
    fc.assert(fc.property(hostileBytes(FRAMES), expectFrame), { seed: SEED, numRuns: RUNS });
    expect(forged).toBeGreaterThan(1_000);
  });

  it('message ends in a result whatever comes', { timeout: TEST_MAX_MS }, () => {
    const message: Json = { phyPayload: 'QC9MCyaAEgRVY6jyXfTc1SNMbY+Zt7w=', gateway: GATEWAY, rssi: -95, heardMs: 1 };
    const cases = hostileJson([message]);
    const read = (payload: Uint8Array) => readFrameMessage({ topic: 'lorawan/x', payload, receivedMs: 1 });
    fc.assert(
      fc.property(cases, (body) => {
        const heard = read(body);
        if (heard.ok) expect(heard.value.phyPayload.length).toBeLessThanOrEqual(258);
        else expect(['not-json', 'not-this-format']).toContain(heard.fault.code);
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });
});
