import type { EnrolmentRefusal } from '@meetbrug/protocols/enrolment';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type { CertificateRecord, InvitationRecord } from './gateway-record.ts';

/** `issue`: a certificate of its own is due. `repeat`: the answer to an earlier request got lost, give it again. */
export type EnrolmentPlan = Result<'issue' | 'repeat', Fault<EnrolmentRefusal>>;

/** Valid certificates that one edge may hold at a time: the old, the new, and room for renewals that broke off. */
export const CERTIFICATES_PER_EDGE_MAX = 8;

/** What a proven request with a code leads to. The first key that comes has the code for ever. */
export function planEnrolment(
  invitation: InvitationRecord | undefined,
  keyFingerprint: string,
  nowMs: number,
): EnrolmentPlan {
  if (invitation === undefined) return fail('unknown-invitation', 'this cloud gave out no such code');
  if (invitation.withdrawnMs !== null) return fail('invitation-expired', 'the code was withdrawn: ask for a new one');
  if (invitation.claimedBy === keyFingerprint) return ok('repeat');
  if (invitation.claimedBy !== null) return fail('invitation-used', 'the code was used: ask for a new one');
  if (nowMs >= invitation.expiresMs) return fail('invitation-expired', 'the code has expired: ask for a new one');
  return ok('issue');
}

export interface RenewalFacts {
  /** The certificate that the request comes with. */
  readonly certificate: CertificateRecord | undefined;
  /** Whether that certificate was exchanged for one with the requested key before. */
  readonly isRepeated: boolean;
  /** Valid certificates of the edge. */
  readonly validCount: number;
  readonly graceMs: number;
  readonly nowMs: number;
}

/** What a proven request for the next certificate leads to. An expired one serves for this alone, and not for ever. */
export function planRenewal({ certificate, isRepeated, validCount, graceMs, nowMs }: RenewalFacts): EnrolmentPlan {
  if (certificate === undefined) return fail('unknown-certificate', 'this cloud did not issue that certificate');
  if (certificate.revokedMs !== null) return fail('certificate-revoked', 'the certificate is revoked');
  if (nowMs > certificate.notAfterMs + graceMs) {
    return fail('certificate-expired', 'the certificate expired too long ago: enrol this gateway anew');
  }
  if (isRepeated) return ok('repeat');
  if (validCount >= CERTIFICATES_PER_EDGE_MAX) {
    return fail('too-many-certificates', `the edge holds ${validCount} valid certificates already`);
  }
  return ok('issue');
}

/** Whether a certificate gives access to the link now. */
export function planLogin(
  certificate: CertificateRecord | undefined,
  nowMs: number,
): Result<CertificateRecord, Fault<'unknown-certificate' | 'certificate-revoked' | 'certificate-expired'>> {
  if (certificate === undefined) return fail('unknown-certificate', 'this cloud did not issue that certificate');
  if (certificate.revokedMs !== null) return fail('certificate-revoked', 'the certificate is revoked');
  if (nowMs > certificate.notAfterMs) return fail('certificate-expired', 'the certificate has expired: renew it');
  return ok(certificate);
}
