import { createHash, createPrivateKey, createPublicKey, verify } from 'node:crypto';
import { proofText } from '@meetbrug/protocols/enrolment';

/** RFC 8410: what stands before the 32 bytes of an Ed25519 key in PKCS #8 and in SubjectPublicKeyInfo. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** The public half of a code's key, 32 bytes in base64url. */
export function invitationKey(secret: Uint8Array): string {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, secret]), format: 'der', type: 'pkcs8' });
  return createPublicKey(key)
    .export({ format: 'der', type: 'spki' })
    .subarray(SPKI_PREFIX.length)
    .toString('base64url');
}

/** Under which name the store knows a code: a digest of its public key, from which nobody can make the code. */
export function invitationId(publicKey: string): string {
  return createHash('sha256').update(publicKey).digest('base64url');
}

/** Whether the holder of the code asks for a certificate with this very request. Never throws. */
export function provesInvitation({ invitation, request, proof }: Proof): boolean {
  try {
    const spki = Buffer.concat([SPKI_PREFIX, Buffer.from(invitation, 'base64url')]);
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    return verify(null, Buffer.from(proofText('enrol', request)), key, Buffer.from(proof, 'base64url'));
  } catch {
    return false;
  }
}

interface Proof {
  readonly invitation: string;
  readonly request: string;
  readonly proof: string;
}
