/** Why a connection is ended: the reasons are labels of metrics. */
export type GateRefusal =
  | 'not-a-connect'
  | 'connect-too-large'
  | 'second-connect'
  | 'packet-too-large'
  | 'malformed-length';

/** What becomes of a piece of a connection's bytes. */
export type GateVerdict =
  /** All of it may go on to the parser. */
  | { readonly kind: 'pass' }
  /** The first so many bytes may go on; the rest is offered again after {@link PacketGate.open}. */
  | { readonly kind: 'wait'; readonly passBytes: number }
  /** The connection ends; nothing of the piece goes on. Every later piece gets the same verdict. */
  | { readonly kind: 'refuse'; readonly reason: GateRefusal };

/**
 * Stands before the MQTT parser of one connection and reads fixed headers only (MQTT 3.1.1 section 2.2), because the
 * parser takes whatever length is announced and gathers it. The first packet is a CONNECT of at most
 * {@link CONNECT_BYTES_MAX}; what follows it waits until the login is decided; later packets have a bound of their own.
 * The verdict does not depend on how the bytes are cut into pieces. Holds four numbers, never bytes.
 */
export interface PacketGate {
  take(piece: Uint8Array): GateVerdict;
  /**
   * The peer has logged in.
   * @param packetBytesMax largest remaining length from now on: variable header and payload of a packet
   */
  open(packetBytesMax: number): void;
}

/** Remaining length of a CONNECT. A client id, a user name, a password and a will topic fit many times. */
export const CONNECT_BYTES_MAX = 4_096;
/** Longest topic in UTF-8; the topics of network servers have well below 200 bytes. */
export const TOPIC_BYTES_MAX = 512;
/** What a PUBLISH has before its payload, at most: topic with its length, packet identifier (section 3.3.2). */
export const PACKET_HEADER_ALLOWANCE_BYTES = 2 + TOPIC_BYTES_MAX + 2;

const CONNECT_FIRST_BYTE = 0x10;
const CONNECT_TYPE = 1;
const LENGTH_BYTES_MAX = 4;
const PASS: GateVerdict = { kind: 'pass' };

export function createPacketGate(): PacketGate {
  /** Of the packet that is being read: -1 between packets, else how many bytes of its length have come. */
  let lengthBytes = -1;
  let length = 0;
  /** Bytes of the body that are still to come; 0 outside a body. */
  let remaining = 0;
  /** Undefined before login. */
  let openBytesMax: number | undefined;
  let connectIsWhole = false;
  let refused: GateVerdict | undefined;

  function refuse(reason: GateRefusal): GateVerdict {
    refused = { kind: 'refuse', reason };
    return refused;
  }

  function refusalOfFirstByte(byte: number): GateRefusal | undefined {
    if (openBytesMax === undefined) return byte === CONNECT_FIRST_BYTE ? undefined : 'not-a-connect';
    return byte >> 4 === CONNECT_TYPE ? 'second-connect' : undefined;
  }

  function refusalOfLengthByte(byte: number): GateRefusal | undefined {
    length += (byte & 0x7f) * 128 ** lengthBytes;
    lengthBytes += 1;
    if (length > (openBytesMax ?? CONNECT_BYTES_MAX)) {
      return openBytesMax === undefined ? 'connect-too-large' : 'packet-too-large';
    }
    if (byte < 0x80) {
      remaining = length;
      lengthBytes = -1;
      return undefined;
    }
    return lengthBytes === LENGTH_BYTES_MAX ? 'malformed-length' : undefined;
  }

  function refusalOfHeaderByte(byte: number): GateRefusal | undefined {
    if (lengthBytes >= 0) return refusalOfLengthByte(byte);
    lengthBytes = 0;
    length = 0;
    return refusalOfFirstByte(byte);
  }

  return {
    take(piece) {
      if (refused !== undefined) return refused;
      let at = 0;
      while (at < piece.length) {
        if (connectIsWhole && openBytesMax === undefined) return { kind: 'wait', passBytes: at };
        if (remaining === 0) {
          const reason = refusalOfHeaderByte(piece[at] as number);
          if (reason !== undefined) return refuse(reason);
          at += 1;
        } else {
          const taken = Math.min(remaining, piece.length - at);
          remaining -= taken;
          at += taken;
        }
        if (remaining === 0 && lengthBytes < 0) connectIsWhole = true;
      }
      return PASS;
    },
    open(packetBytesMax) {
      openBytesMax = packetBytesMax;
    },
  };
}
