import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONNECT_BYTES_MAX, createPacketGate, type GateRefusal, type PacketGate } from './packet-gate.ts';

const SEED = 311;
const PACKET_BYTES_MAX = 300;
const CONNECT = 0x10;
const PUBLISH = 0x30;

/** A packet with a body of so many bytes (MQTT 3.1.1 section 2.2.3). */
function packet(firstByte: number, bodyBytes: number): number[] {
  const header = [firstByte];
  let rest = bodyBytes;
  do {
    header.push((rest % 128) | (rest >= 128 ? 128 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return [...header, ...new Uint8Array(bodyBytes).fill(0xff)];
}

interface Outcome {
  readonly refusal: GateRefusal | undefined;
  /** Bytes that went on; of no meaning after a refusal, where it depends on the cut. */
  readonly passedBytes: number | undefined;
  readonly waits: boolean;
}

/** Offers the bytes in pieces as a connection does, the login following the whole CONNECT when `logsIn`. */
function offer(bytes: readonly number[], pieceBytes: readonly number[], logsIn: boolean, gate = createPacketGate()) {
  let passedBytes = 0;
  let at = 0;
  for (let turn = 0; at < bytes.length; turn += 1) {
    const end = at + (pieceBytes[turn % pieceBytes.length] ?? 1);
    const piece = Uint8Array.from(bytes.slice(at, end));
    let verdict = gate.take(piece);
    if (verdict.kind === 'wait' && logsIn) {
      const { passBytes } = verdict;
      passedBytes += passBytes;
      gate.open(PACKET_BYTES_MAX);
      verdict = gate.take(piece.subarray(passBytes));
      if (verdict.kind === 'pass') passedBytes += piece.length - passBytes;
    } else if (verdict.kind !== 'refuse') {
      passedBytes += verdict.kind === 'pass' ? piece.length : verdict.passBytes;
    }
    if (verdict.kind === 'refuse') return outcome(verdict.reason);
    if (verdict.kind === 'wait') return outcome(undefined, passedBytes, true);
    at = end;
  }
  return outcome(undefined, passedBytes);
}

function outcome(refusal?: GateRefusal, passedBytes?: number, waits = false): Outcome {
  return { refusal, passedBytes, waits };
}

function opened(packetBytesMax = PACKET_BYTES_MAX): PacketGate {
  const gate = createPacketGate();
  gate.take(Uint8Array.from(packet(CONNECT, 20)));
  gate.open(packetBytesMax);
  return gate;
}

const packets = fc.array(
  fc.record({ firstByte: fc.constantFrom(CONNECT, PUBLISH, 0x82, 0xc0, 0xff), bodyBytes: fc.nat(400) }),
  { maxLength: 6 },
);
const plausible = packets.map((list) => [
  ...packet(CONNECT, 30),
  ...list.flatMap(({ firstByte, bodyBytes }) => packet(firstByte, bodyBytes)),
]);
const rubbish = fc.uint8Array({ maxLength: 600 }).map((bytes) => [...bytes]);
const startsLikeConnect = rubbish.map((bytes) => [...packet(CONNECT, 12), ...bytes]);
const cuts = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 20 });

describe('the packet gate', () => {
  it('gives one verdict, however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.oneof(plausible, startsLikeConnect, rubbish), cuts, fc.boolean(), (bytes, pieceBytes, logsIn) => {
        expect(offer(bytes, pieceBytes, logsIn)).toEqual(offer(bytes, [bytes.length + 1], logsIn));
      }),
      { seed: SEED, numRuns: 2_000 },
    );
  });

  it('passes what an independent reading of the headers finds within bounds, and nothing else', () => {
    fc.assert(
      fc.property(packets, cuts, (list, pieceBytes) => {
        const bytes = [...packet(CONNECT, 30), ...list.flatMap((each) => packet(each.firstByte, each.bodyBytes))];
        const first = list.find((each) => each.firstByte === CONNECT || each.bodyBytes > PACKET_BYTES_MAX);
        const refusal = first && (first.firstByte === CONNECT ? 'second-connect' : 'packet-too-large');
        expect(offer(bytes, pieceBytes, true)).toEqual(
          refusal === undefined ? outcome(undefined, bytes.length) : outcome(refusal),
        );
      }),
      { seed: SEED, numRuns: 2_000 },
    );
  });

  it('passes at most one CONNECT of the bound before login, whatever comes', () => {
    fc.assert(
      fc.property(fc.oneof(plausible, startsLikeConnect, rubbish), cuts, (bytes, pieceBytes) => {
        expect(offer(bytes, pieceBytes, false).passedBytes ?? 0).toBeLessThanOrEqual(CONNECT_BYTES_MAX + 5);
      }),
      { seed: SEED, numRuns: 1_000 },
    );
  });

  it.each<[string, number[], GateRefusal]>([
    ['a PUBLISH before login', packet(PUBLISH, 10), 'not-a-connect'],
    ['a CONNECT with flags', packet(0x11, 10), 'not-a-connect'],
    ['the first byte of a TLS handshake', [0x16], 'not-a-connect'],
    ['a CONNECT one byte too large', packet(CONNECT, CONNECT_BYTES_MAX + 1), 'connect-too-large'],
    ['an announced CONNECT of 200 MB, from its header', [CONNECT, 0x80, 0x88, 0xaf, 0x5f], 'connect-too-large'],
    ['a length of five bytes', [CONNECT, 0x80, 0x80, 0x80, 0x80, 0x00], 'malformed-length'],
  ])('refuses %s', (_what, bytes, reason) => {
    expect(createPacketGate().take(Uint8Array.from(bytes))).toEqual({ kind: 'refuse', reason });
  });

  it('passes a CONNECT of the bound', () => {
    const bytes = packet(CONNECT, CONNECT_BYTES_MAX);
    expect(offer(bytes, [7], false)).toEqual(outcome(undefined, bytes.length));
  });

  it('lets what follows a CONNECT wait for the login', () => {
    const connect = packet(CONNECT, 20);
    const gate = createPacketGate();
    const verdict = gate.take(Uint8Array.from([...connect, ...packet(PUBLISH, 10)]));
    expect(verdict).toEqual({ kind: 'wait', passBytes: connect.length });
    expect(gate.take(Uint8Array.of(PUBLISH))).toEqual({ kind: 'wait', passBytes: 0 });
  });

  it('takes packets of the bound after login and refuses one byte more, from the header', () => {
    const gate = opened();
    expect(gate.take(Uint8Array.from(packet(PUBLISH, PACKET_BYTES_MAX)))).toEqual({ kind: 'pass' });
    const header = packet(PUBLISH, PACKET_BYTES_MAX + 1).slice(0, 3);
    expect(gate.take(Uint8Array.from(header))).toEqual({ kind: 'refuse', reason: 'packet-too-large' });
  });

  it('refuses a second CONNECT (MQTT-3.1.0-2)', () => {
    expect(opened().take(Uint8Array.of(CONNECT))).toEqual({ kind: 'refuse', reason: 'second-connect' });
  });

  it('stays with a refusal', () => {
    const gate = createPacketGate();
    gate.take(Uint8Array.of(0));
    gate.open(PACKET_BYTES_MAX);
    expect(gate.take(Uint8Array.from(packet(PUBLISH, 3)))).toEqual({ kind: 'refuse', reason: 'not-a-connect' });
  });
});
