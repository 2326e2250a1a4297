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
  const digest = hash('sha256', uplinkKey(uplink), 'buffer');
  const low = digest.readUInt32LE(4);
  const text = uplinkSession(uplink);
  const format = WIRE_FORMATS.indexOf(uplink.format) + 1;
  return {
    high: digest.readUInt32LE(0),
    // An all-zero slot of the window means empty.
    low: low === 0 ? 1 : low,
    session: text === '' ? 0 : ((format << FORMAT_SHIFT) | (crc32(text) & SESSION_MASK)) >>> 0,
  };
}

/** The rule of `sessionsAgree` of the uplink contract, on what the window keeps of a session. */
export function fingerprintSessionsAgree(a: number, b: number): boolean {
  return a === b || a === 0 || b === 0 || a >>> FORMAT_SHIFT !== b >>> FORMAT_SHIFT;
}
