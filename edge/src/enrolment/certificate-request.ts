import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** ecdsa-with-SHA256, RFC 5758 section 3.2. */
const ECDSA_WITH_SHA256 = Buffer.from('2a8648ce3d040302', 'hex');
const TAG = { integer: 0x02, bitString: 0x03, objectIdentifier: 0x06, sequence: 0x30, attributes: 0xa0 } as const;
const LINE_LENGTH = 64;

/** A new key of this gateway, on P-256. */
export function newGatewayKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

/**
 * A PKCS #10 request (RFC 2986) in PEM for a P-256 key. Its subject is empty: the cloud decides on the name. Written out
 * here because a certificate library takes 18 MB of a small box's memory for these few bytes.
 */
export function certificateRequest(key: KeyObject): string {
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  const version = der(TAG.integer, Buffer.of(0));
  const information = der(TAG.sequence, version, der(TAG.sequence), spki, der(TAG.attributes));
  const algorithm = der(TAG.sequence, der(TAG.objectIdentifier, ECDSA_WITH_SHA256));
  const signature = der(TAG.bitString, Buffer.of(0), sign('sha256', information, key));
  const base64 = der(TAG.sequence, information, algorithm, signature).toString('base64');
  const lines = base64.match(new RegExp(`.{1,${LINE_LENGTH}}`, 'g')) ?? [];
  return `-----BEGIN CERTIFICATE REQUEST-----\n${lines.join('\n')}\n-----END CERTIFICATE REQUEST-----\n`;
}

/** One DER value (X.690 section 8.1); the contents here are shorter than 256 bytes or take two bytes of length. */
function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(contents);
  const length =
    body.length < 0x80
      ? [body.length]
      : body.length < 0x100
        ? [0x81, body.length]
        : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...length), body]);
}
