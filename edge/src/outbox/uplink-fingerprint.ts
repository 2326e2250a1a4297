import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { type Uplink, uplinkKey, uplinkSession, WIRE_FORMATS } from '@meetbrug/protocols/uplinks';

/** What the deduplication window keeps of an uplink: 64 bits of its key's SHA-256 and 32 bits of its session. */
export interface UplinkFingerprint {
  readonly high: number;
  readonly low: number;
  /** 0: unknown. Else the wire format in the upper four bits and a hash of the session below. */
  readonly session: number;
}

const FORMAT_SHIFT = 28;
const SESSION_MASK = 0x0fff_ffff;

export function uplinkFingerprint(uplink: Uplink): UplinkFingerprint {
  // As text, a character a byte: a buffer for the digest makes this call three times as slow.
  const digest = hash('sha256', uplinkKey(uplink), 'binary');
  const low = uint32LittleEndian(digest, 4);
  const text = uplinkSession(uplink);
  const format = WIRE_FORMATS.indexOf(uplink.format) + 1;
  return {
    high: uint32LittleEndian(digest, 0),
    // An all-zero slot of the window means empty.
    low: low === 0 ? 1 : low,
    session: text === '' ? 0 : ((format << FORMAT_SHIFT) | (crc32(text) & SESSION_MASK)) >>> 0,
  };
}

/** The rule of `sessionsAgree` of the uplink contract, on what the window keeps of a session. */
export function fingerprintSessionsAgree(a: number, b: number): boolean {
  return a === b || a === 0 || b === 0 || a >>> FORMAT_SHIFT !== b >>> FORMAT_SHIFT;
}

function uint32LittleEndian(bytes: string, at: number): number {
  const upper = (bytes.charCodeAt(at + 3) << 8) | bytes.charCodeAt(at + 2);
  return ((upper << 16) | (bytes.charCodeAt(at + 1) << 8) | bytes.charCodeAt(at)) >>> 0;
}
