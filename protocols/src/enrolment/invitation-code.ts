import { type Fault, fail, ok, type Result } from '../result/mod.ts';

/**
 * What an operator carries from the cloud to a gateway. Its secret is the seed of an Ed25519 key (RFC 8032) that signs
 * one enrolment: the secret itself never travels, so an eavesdropper of plain HTTP learns nothing he could use.
 */
export interface Invitation {
  /** 32 bytes, base64url. */
  readonly secret: string;
  /** SHA-256 of the authority's certificate (DER), base64url: whoever answers must belong to that authority. */
  readonly authorityFingerprint: string;
}

const PREFIX = 'mb1';
const CODE = /^mb1\.([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{43})$/;

/** `mb1.{secret}.{fingerprint}`, 91 characters. */
export function formatInvitationCode({ secret, authorityFingerprint }: Invitation): string {
  return `${PREFIX}.${secret}.${authorityFingerprint}`;
}

/** Reads a code as people paste it; white space around it does not matter. The detail never repeats what was typed. */
export function parseInvitationCode(text: string): Result<Invitation, Fault<'bad-code'>> {
  const match = CODE.exec(text.trim());
  if (match === null) {
    return fail(
      'bad-code',
      'this is no enrolment code: copy the whole line that "meetbrug-cloud gateways invite" printed',
    );
  }
  return ok({ secret: match[1] as string, authorityFingerprint: match[2] as string });
}
