import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSubscriberPackets, type SubscriberVerdict } from './subscriber-packets.ts';

const SEED = 803;
const CONNECT = [0x10, 2, 7, 7];
const text = (filter: string) => [0, filter.length, ...new TextEncoder().encode(filter)];
const subscribe = (...topics: readonly (readonly [string, number])[]) => {
  const body = [0, 9, ...topics.flatMap(([filter, qos]) => [...text(filter), qos])];
  return [0x82, body.length, ...body];
};

/** Offers bytes in pieces of so many; what has passed, and the refusal that ended it. */
function offer(bytes: readonly number[], pieceBytes = bytes.length): { passed: number[]; reason: string | undefined } {
  const packets = createSubscriberPackets();
  const passed: number[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const verdict: SubscriberVerdict = packets.take(Uint8Array.from(bytes.slice(at, at + pieceBytes)), 0);
    if (verdict.kind === 'refuse') return { passed, reason: verdict.reason };
    passed.push(...verdict.bytes);
  }
  return { passed, reason: undefined };
}

describe('what a reader sends', () => {
  it.each([1, 2, 3, 7, 1_000])('goes on with QoS 0 asked for, cut into pieces of %i bytes', (pieceBytes) => {
    const sent = [...CONNECT, ...subscribe(['a/b', 1], ['#', 2], ['c', 0]), 0xc0, 0, 0xe0, 0];
    const asked = [...CONNECT, ...subscribe(['a/b', 0], ['#', 0], ['c', 0]), 0xc0, 0, 0xe0, 0];
    expect(offer(sent, pieceBytes)).toEqual({ passed: asked, reason: undefined });
  });

  it.each<[string, number[], string]>([
    ['a PUBLISH, from its first byte', [0x30], 'publication-not-allowed'],
    ['a retained PUBLISH of QoS 2', [0x3d], 'publication-not-allowed'],
    ['a PUBREL', [0x62], 'packet-not-allowed'],
    ['a PUBACK', [0x40], 'packet-not-allowed'],
    ['a second CONNECT', [0x10], 'packet-not-allowed'],
    ['a SUBSCRIBE without the flags it must have', [0x80], 'packet-not-allowed'],
    ['a SUBSCRIBE of nothing', [0x82, 2, 0, 1], 'malformed-subscription'],
    ['a SUBSCRIBE whose filter is longer than itself', [0x82, 6, 0, 1, 0xff, 0xff, 1, 0], 'malformed-subscription'],
    ['a SUBSCRIBE with QoS 3', subscribe(['a', 3]), 'malformed-subscription'],
  ])('is refused when it is %s', (_what, bytes, reason) => {
    expect(offer([...CONNECT, ...bytes])).toEqual({ passed: [], reason });
    expect(offer([...CONNECT, ...bytes], 1)).toEqual({ passed: CONNECT, reason });
  });

  it('is refused when there is too much of it, and counted anew a minute later', () => {
    const packets = createSubscriberPackets();
    packets.take(Uint8Array.from(CONNECT), 0);
    const pings = (count: number) => Uint8Array.from(Array.from({ length: count }, () => [0xc0, 0]).flat());
    expect(packets.take(pings(299), 1)).toMatchObject({ kind: 'pass' });
    expect(packets.take(pings(300), 60_001)).toMatchObject({ kind: 'pass' });
    expect(packets.take(pings(1), 60_002)).toEqual({ kind: 'refuse', reason: 'too-many-packets' });
  });

  const topics = fc.array(fc.tuple(fc.string({ maxLength: 5 }), fc.nat(2)), { minLength: 1, maxLength: 4 });

  it('passes whole with no QoS but 0, however it is cut', () => {
    fc.assert(
      fc.property(fc.array(topics, { maxLength: 8 }), fc.integer({ min: 1, max: 40 }), (packets, pieceBytes) => {
        const sent = packets.flatMap((one) => subscribe(...one));
        const asked = packets.flatMap((one) => subscribe(...one.map(([filter]) => [filter, 0] as const)));
        expect(offer([...CONNECT, ...sent], pieceBytes)).toEqual({ passed: [...CONNECT, ...asked], reason: undefined });
      }),
      { seed: SEED, numRuns: 1_000 },
    );
  });

  it('gives the same verdict however it is cut, whatever it is', () => {
    const rubbish = fc.array(fc.oneof(fc.nat(255), fc.constantFrom(0x82, 0xa2, 0xc0, 0, 1, 2)), { maxLength: 40 });
    fc.assert(
      fc.property(rubbish, fc.integer({ min: 1, max: 9 }), (bytes, pieceBytes) => {
        const whole = offer([...CONNECT, ...bytes], 1);
        const cut = offer([...CONNECT, ...bytes], pieceBytes);
        expect(cut.reason).toBe(whole.reason);
        expect(whole.passed.slice(0, cut.passed.length)).toEqual(cut.passed);
      }),
      { seed: SEED, numRuns: 5_000 },
    );
  });
});
