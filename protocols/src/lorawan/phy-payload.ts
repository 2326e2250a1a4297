import { type Fault, fail, ok, type Result } from '../result/mod.ts';

/** What a radio can carry (LoRaWAN regional parameters: 255 bytes with everything). */
export const PHY_PAYLOAD_MAX_BYTES = 255;

/** A data frame that a device sent, as far as it can be read without a key. */
export interface DataFrame {
  readonly kind: 'data';
  /** 8 hex digits, upper case. */
  readonly devAddr: string;
  /** The 16 bits of the frame counter that are on air. */
  readonly counterOnAir: number;
  /** Absent where the frame carries no application field at all. */
  readonly port?: number;
  readonly confirmed: boolean;
  readonly adr: boolean;
}

/** A device asks to join. Its session comes to be elsewhere: there is no join server here. */
export interface JoinRequest {
  readonly kind: 'join-request';
  /** 16 hex digits, upper case. */
  readonly joinEui: string;
  readonly devEui: string;
  readonly devNonce: number;
}

/** Sent by a server, proprietary, or a rejoin request: nothing to observe. */
export interface OtherFrame {
  readonly kind: 'other';
}

export type PhyFrame = DataFrame | JoinRequest | OtherFrame;

const MTYPE_JOIN_REQUEST = 0;
const MTYPE_UNCONFIRMED_UP = 2;
const MTYPE_CONFIRMED_UP = 4;
const MIC_BYTES = 4;
/** MHDR, JoinEUI, DevEUI, DevNonce, MIC. */
const JOIN_REQUEST_BYTES = 23;
/** MHDR, DevAddr, FCtrl, FCnt, MIC. */
const DATA_FRAME_MIN_BYTES = 12;
const FIELDS_AT = 8;
const ADR_BIT = 0x80;
const OPTIONS_LENGTH_BITS = 0x0f;

/** Reads the header of a PHYPayload (LoRaWAN 1.0.4, section 4); nothing of it is decrypted or believed yet. */
export function readPhyPayload(bytes: Uint8Array): Result<PhyFrame, Fault<'not-a-frame'>> {
  const [header = 0] = bytes;
  if (bytes.length < DATA_FRAME_MIN_BYTES || bytes.length > PHY_PAYLOAD_MAX_BYTES) {
    return fail(
      'not-a-frame',
      `${bytes.length} bytes: a frame has ${DATA_FRAME_MIN_BYTES} to ${PHY_PAYLOAD_MAX_BYTES}`,
    );
  }
  if ((header & 0b11) !== 0) return fail('not-a-frame', 'a major version that is not LoRaWAN R1');
  const type = header >> 5;
  if (type === MTYPE_JOIN_REQUEST) return readJoinRequest(bytes);
  if (type !== MTYPE_UNCONFIRMED_UP && type !== MTYPE_CONFIRMED_UP) return ok({ kind: 'other' });
  return readData(bytes, type === MTYPE_CONFIRMED_UP);
}

function readJoinRequest(bytes: Uint8Array): Result<PhyFrame, Fault<'not-a-frame'>> {
  if (bytes.length !== JOIN_REQUEST_BYTES) {
    return fail('not-a-frame', `a join request of ${bytes.length} bytes: it has ${JOIN_REQUEST_BYTES}`);
  }
  return ok({
    kind: 'join-request',
    joinEui: reversedHex(bytes, 1, 9),
    devEui: reversedHex(bytes, 9, 17),
    devNonce: uint16(bytes, 17),
  });
}

function readData(bytes: Uint8Array, confirmed: boolean): Result<PhyFrame, Fault<'not-a-frame'>> {
  const control = bytes[5] ?? 0;
  const portAt = FIELDS_AT + (control & OPTIONS_LENGTH_BITS);
  const micAt = bytes.length - MIC_BYTES;
  if (portAt > micAt) return fail('not-a-frame', 'the frame ends within its options');
  const port = portAt === micAt ? undefined : bytes[portAt];
  return ok({
    kind: 'data',
    devAddr: reversedHex(bytes, 1, 5),
    counterOnAir: uint16(bytes, 6),
    ...(port === undefined ? {} : { port }),
    confirmed,
    adr: (control & ADR_BIT) !== 0,
  });
}

function uint16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
}

/** Addresses travel least significant byte first and are written the other way round. */
function reversedHex(bytes: Uint8Array, from: number, end: number): string {
  let text = '';
  for (let at = end - 1; at >= from; at -= 1) text += (bytes[at] ?? 0).toString(16).padStart(2, '0');
  return text.toUpperCase();
}
