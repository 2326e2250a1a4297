import fc from 'fast-check';
import loraPacket from 'lora-packet';
import { describe, expect, it } from 'vitest';
import { FRAME_COUNTER_MAX, frameCipher, openFrame, readPhyPayload, type Session } from './mod.ts';

const library = loraPacket as unknown as typeof loraPacket.default;
const rules = { cipher: frameCipher((bytes) => Buffer.from(bytes)), frameCounterGapMax: 16_384 };
const PAYLOAD = Buffer.from('01755c', 'hex');

const session = (seed: number, lastFrameCounter?: number): Session => ({
  devEui: '24E124136C140009',
  devAddr: '260B4C2F',
  nwkSKey: Buffer.alloc(16, seed),
  appSKey: Buffer.alloc(16, seed + 1),
  ...(lastFrameCounter === undefined ? {} : { lastFrameCounter }),
});

function frameOf(counter: number, { nwkSKey, appSKey }: Session): Uint8Array {
  const upper = Buffer.alloc(2);
  upper.writeUInt16LE(Math.floor(counter / 0x1_0000));
  const packet = library.fromFields(
    {
      MType: 'Unconfirmed Data Up',
      DevAddr: Buffer.from('260B4C2F', 'hex'),
      FCnt: counter % 0x1_0000,
      FPort: 2,
      payload: PAYLOAD,
    },
    Buffer.from(appSKey),
    Buffer.from(nwkSKey),
    undefined,
    upper,
  );
  return Uint8Array.from(packet.getPHYPayload() ?? []);
}

function open(bytes: Uint8Array, sessions: readonly Session[]) {
  const frame = readPhyPayload(bytes);
  if (!frame.ok || frame.value.kind !== 'data') expect.fail('no data frame');
  return openFrame(bytes, frame.value, sessions, rules);
}

describe('a frame', () => {
  it('has the full counter that its sender had, as far as the limit of lost frames', () => {
    const counters = fc.tuple(fc.nat(FRAME_COUNTER_MAX - 40_000), fc.integer({ min: 1, max: 40_000 }));
    const expectCounter = ([last, step]: [number, number]) => {
      const opened = open(frameOf(last + step, session(1)), [session(1, last)]);
      if (step > rules.frameCounterGapMax) expect(opened).toMatchObject({ fault: { code: 'frame-counter-gap' } });
      else expect(opened).toMatchObject({ value: { frameCounter: last + step, isNew: true } });
    };
    fc.assert(fc.property(counters, expectCounter), { seed: 7, numRuns: 300 });
  });

  it('that is late or sent again is known as old, also across a roll-over', () => {
    const counters = fc.tuple(fc.integer({ min: 30_000, max: 300_000 }), fc.nat(30_000));
    const expectOld = ([last, back]: [number, number]) => {
      const opened = open(frameOf(last - back, session(1)), [session(1, last)]);
      expect(opened).toMatchObject({ value: { frameCounter: last - back, isNew: false } });
    };
    fc.assert(fc.property(counters, expectOld), { seed: 7, numRuns: 300 });
  });

  it('is of the session whose key made its MIC, among those with one DevAddr', () => {
    const sessions = [session(1), session(40, 9), session(80)];
    const opened = open(frameOf(10, session(40)), sessions);
    expect(opened.ok && opened.value.session).toBe(sessions[1]);
    expect(opened.ok && Buffer.from(opened.value.payload)).toEqual(PAYLOAD);
    expect(open(frameOf(10, session(120)), sessions)).toMatchObject({ fault: { code: 'bad-mic' } });
    expect(open(frameOf(10, session(40)), [])).toMatchObject({ fault: { code: 'unknown-session' } });
  });
});
