/** An FRMPayload has at most 242 bytes (LoRaWAN regional parameters); a PHYPayload, 255. */
export const FRM_PAYLOAD_MAX_BYTES = 255;
const TEXT_MAX = Math.ceil(FRM_PAYLOAD_MAX_BYTES / 3) * 4;

/** RFC 4648 section 4, padded and canonical: the bits that the last digit does not use are zero (section 3.5). */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$/;

/** Decodes the base64 of an application payload; undefined when it is not canonical base64 or no radio could carry it. */
export function decodeFrmPayload(text: string): Uint8Array | undefined {
  if (text.length > TEXT_MAX || !BASE64.test(text)) return undefined;
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

const HEX_MAX = FRM_PAYLOAD_MAX_BYTES * 2;
const HEX = /^(?:[0-9A-Fa-f]{2})*$/;

/** Decodes the hex of an application payload; undefined when it is no hex of whole bytes or no radio could carry it. */
export function decodeHexPayload(text: string): Uint8Array | undefined {
  if (text.length > HEX_MAX || !HEX.test(text)) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

const HEX_PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Lower-case hex, two digits a byte. */
export function payloadHex(payload: Uint8Array): string {
  let text = '';
  for (const byte of payload) text += HEX_PAIRS[byte];
  return text;
}
