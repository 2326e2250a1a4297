import { createPrivateKey, X509Certificate } from 'node:crypto';
import { ENROLMENT_VERSION, RENEWAL_PATH } from '@meetbrug/protocols/enrolment';
import { type Fault, ok, type Result } from '@meetbrug/protocols/result';
import { certificateRequest } from './certificate-request.ts';
import { checkIssued, fingerprintOf, type IssuedFaultCode } from './check-issued.ts';
import { adopt, pendingKeyFor } from './enrol-gateway.ts';
import type { GatewayIdentity } from './gateway-identity.ts';
import type { IdentityFiles } from './identity-files.ts';
import { type PostFaultCode, postEnrolment } from './post-enrolment.ts';
import { proveRenewal } from './proofs.ts';
import type { TimeBounds } from './time-bounds.ts';

export interface RenewalWish {
  readonly identity: GatewayIdentity;
  /** Base of the cloud's HTTP server. */
  readonly enrolUrl: string;
  readonly files: IdentityFiles;
  readonly time: TimeBounds;
}

/** After two thirds of a certificate's life its successor is due; an expired one is overdue. */
export function renewalDueMs({ certificatePem }: GatewayIdentity): number {
  const { validFromDate, validToDate } = new X509Certificate(certificatePem);
  const beginMs = validFromDate.getTime();
  return beginMs + ((validToDate.getTime() - beginMs) * 2) / 3;
}

/** Exchanges the certificate for its successor, with a new key. The present one stays valid until its own end. */
export async function renewIdentity({
  identity,
  enrolUrl,
  files,
  time,
}: RenewalWish): Promise<Result<GatewayIdentity, Fault<PostFaultCode | IssuedFaultCode>>> {
  const { edge, organisation, certificatePem, authorityPem } = identity;
  const keyPem = pendingKeyFor(new X509Certificate(certificatePem).serialNumber, files);
  const request = certificateRequest(createPrivateKey(keyPem));
  const url = new URL(enrolUrl.replace(/\/$/, '') + RENEWAL_PATH);
  const authorityFingerprint = fingerprintOf(new X509Certificate(authorityPem).raw);
  const proof = proveRenewal(request, createPrivateKey(identity.keyPem));
  const body = { version: ENROLMENT_VERSION, certificate: certificatePem, request, proof } as const;
  const issued = await postEnrolment({ url, authorityFingerprint, time }, body);
  if (!issued.ok) return issued;
  const renewed = checkIssued(issued.value, { authorityFingerprint, edge, organisation, keyPem });
  if (!renewed.ok) return renewed;
  adopt(renewed.value, files);
  return ok(renewed.value);
}
