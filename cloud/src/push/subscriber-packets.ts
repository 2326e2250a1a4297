/** Why a connection that may only subscribe is ended. */
export type SubscriberRefusal =
  | 'publication-not-allowed'
  | 'packet-not-allowed'
  | 'malformed-subscription'
  | 'too-many-packets';

export type SubscriberVerdict =
  /** Whole packets that may go on; the rest waits for its end. */
  | { readonly kind: 'pass'; readonly bytes: Uint8Array }
  /** The connection ends. */
  | { readonly kind: 'refuse'; readonly reason: SubscriberRefusal };

/**
 * What a reader sends, packet by packet, behind a packet gate that has bounded each: one CONNECT, and then only what
 * subscribes, asks for a sign of life or takes leave. QoS 0 is asked for whatever QoS was, so that no more is granted.
 */
export interface SubscriberPackets {
  take(piece: Uint8Array, elapsedMs: number): SubscriberVerdict;
}

const CONNECT = 0x10;
const PUBLISH_TYPE = 3;
const SUBSCRIBE = 0x82;
/** First bytes of SUBSCRIBE, UNSUBSCRIBE, PINGREQ and DISCONNECT (MQTT 3.1.1 section 2.2). */
const ALLOWED: ReadonlySet<number> = new Set([SUBSCRIBE, 0xa2, 0xc0, 0xe0]);
const PACKETS_MAX = 300;
const WINDOW_MS = 60_000;

export function createSubscriberPackets(): SubscriberPackets {
  let pending = new Uint8Array();
  let isConnected = false;
  let windowStartMs = Number.NEGATIVE_INFINITY;
  let packets = 0;

  function refusalOf(firstByte: number, elapsedMs: number): SubscriberRefusal | undefined {
    if (elapsedMs - windowStartMs >= WINDOW_MS) {
      windowStartMs = elapsedMs;
      packets = 0;
    }
    packets += 1;
    if (packets > PACKETS_MAX) return 'too-many-packets';
    if (!isConnected && firstByte === CONNECT) return undefined;
    if (firstByte >> 4 === PUBLISH_TYPE) return 'publication-not-allowed';
    return ALLOWED.has(firstByte) ? undefined : 'packet-not-allowed';
  }

  return {
    take(piece, elapsedMs) {
      const bytes = new Uint8Array(pending.length + piece.length);
      bytes.set(pending);
      bytes.set(piece, pending.length);
      let at = 0;
      /** Of the packet at `at`: it is looked at once, when its first byte comes. */
      let isKnown = pending.length > 0;
      while (at < bytes.length) {
        const firstByte = bytes[at] as number;
        const reason = isKnown ? undefined : refusalOf(firstByte, elapsedMs);
        if (reason !== undefined) return { kind: 'refuse', reason };
        const end = endOfPacket(bytes, at);
        if (end === undefined || end.packet > bytes.length) break;
        isConnected = true;
        if (firstByte === SUBSCRIBE && !lowerQos(bytes.subarray(end.header, end.packet))) {
          return { kind: 'refuse', reason: 'malformed-subscription' };
        }
        at = end.packet;
        isKnown = false;
      }
      pending = bytes.slice(at);
      return { kind: 'pass', bytes: bytes.subarray(0, at) };
    },
  };
}

/** Where the header of the packet ends and the packet itself; undefined while its length is not whole (section 2.2.3). */
function endOfPacket(bytes: Uint8Array, start: number): { header: number; packet: number } | undefined {
  let length = 0;
  for (let index = 1; index <= 4; index += 1) {
    const byte = bytes[start + index];
    if (byte === undefined) return undefined;
    length += (byte & 0x7f) * 128 ** (index - 1);
    if (byte < 0x80) return { header: start + index + 1, packet: start + index + 1 + length };
  }
  // The gate in front lets no longer length through.
  return undefined;
}

/** Sets each QoS of a SUBSCRIBE's body to 0 (section 3.8.3); false when the body is none. */
function lowerQos(body: Uint8Array): boolean {
  let at = 2;
  if (body.length <= at) return false;
  while (at < body.length) {
    const qosAt = at + 2 + (((body[at] as number) << 8) | (body[at + 1] ?? 0));
    const qos = body[qosAt];
    if (qos === undefined || qos > 2) return false;
    body[qosAt] = 0;
    at = qosAt + 1;
  }
  return true;
}
