import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { proofText } from '@meetbrug/protocols/enrolment';

/** RFC 8410: what stands before the 32 bytes of an Ed25519 key in PKCS #8 and in SubjectPublicKeyInfo. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_PREFIX_BYTES = 12;

/** The key that a code's secret is the seed of. */
export interface InvitationKey {
  /** Its public half, 32 bytes in base64url. */
  readonly invitation: string;
  /** Proof that the holder of the code made this request, base64url. */
  prove(request: string): string;
}

/** @param secret 32 bytes in base64url, from an enrolment code */
export function openInvitation(secret: string): InvitationKey {
  const der = Buffer.concat([PKCS8_PREFIX, Buffer.from(secret, 'base64url')]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return {
    invitation: spki.subarray(SPKI_PREFIX_BYTES).toString('base64url'),
    prove: (request) => sign(null, Buffer.from(proofText('enrol', request)), key).toString('base64url'),
  };
}

/** Proof that the holder of the present certificate's key asks for the next one, base64url. */
export function proveRenewal(request: string, key: KeyObject): string {
  return sign('sha256', Buffer.from(proofText('renew', request)), key).toString('base64url');
}
