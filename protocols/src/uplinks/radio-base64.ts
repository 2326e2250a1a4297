import { PHY_PAYLOAD_MAX_BYTES } from '../lorawan/mod.ts';

const TEXT_MAX = Math.ceil(PHY_PAYLOAD_MAX_BYTES / 3) * 4;
/** Either alphabet of RFC 4648, with its padding or without. */
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/**
 * Decodes a PHYPayload as packet forwarders write it: padding may be missing and Semtech's own examples use `-` and `_`.
 * Undefined for what is no base64 or no radio could carry.
 */
export function decodeRadioBase64(text: string): Uint8Array | undefined {
  if (text.length > TEXT_MAX || !BASE64.test(text)) return undefined;
  const digits = text.replace(/=+$/, '').replaceAll('-', '+').replaceAll('_', '/');
  if (digits.length % 4 === 1) return undefined;
  return Uint8Array.from(atob(digits), (character) => character.charCodeAt(0));
}
