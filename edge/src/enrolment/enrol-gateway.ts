import { createPrivateKey, X509Certificate } from 'node:crypto';
import { ENROLMENT_PATH, ENROLMENT_VERSION, parseInvitationCode } from '@meetbrug/protocols/enrolment';
import { type Fault, ok, type Result } from '@meetbrug/protocols/result';
import { certificateRequest, newGatewayKey } from './certificate-request.ts';
import { checkIssued, type IssuedFaultCode } from './check-issued.ts';
import type { GatewayIdentity } from './gateway-identity.ts';
import type { IdentityFiles } from './identity-files.ts';
import { type PostFaultCode, postEnrolment } from './post-enrolment.ts';
import { openInvitation } from './proofs.ts';
import { timeBounds } from './time-bounds.ts';

export interface EnrolmentWish {
  readonly code: string;
  readonly edge: string;
  readonly organisation: string;
  /** Base of the cloud's HTTP server. */
  readonly enrolUrl: string;
  readonly files: IdentityFiles;
  readonly nowMs: number;
  readonly isSynchronised: boolean | undefined;
}

export type EnrolFault = Fault<'bad-code' | PostFaultCode | IssuedFaultCode>;

/**
 * Turns a one-time code into this gateway's key and certificate. The key is on disk before the cloud is asked, so after a
 * crash the same code gives the same key its certificate. An identity that was there before is replaced only on success.
 */
export async function enrolGateway(wish: EnrolmentWish): Promise<Result<GatewayIdentity, EnrolFault>> {
  const { files, nowMs, isSynchronised } = wish;
  const code = parseInvitationCode(wish.code);
  if (!code.ok) return code;
  const { authorityFingerprint, secret } = code.value;
  const { invitation, prove } = openInvitation(secret);
  const keyPem = pendingKeyFor(invitation, files);
  const request = certificateRequest(createPrivateKey(keyPem));
  const url = new URL(wish.enrolUrl.replace(/\/$/, '') + ENROLMENT_PATH);
  const time = timeBounds({ systemMs: nowMs, floorMs: files.clockFloorMs(), isSynchronised });
  const body = { version: ENROLMENT_VERSION, invitation, request, proof: prove(request) } as const;
  const issued = await postEnrolment({ url, authorityFingerprint, time }, body);
  if (!issued.ok) return issued;
  const { edge, organisation } = wish;
  const identity = checkIssued(issued.value, { authorityFingerprint, edge, organisation, keyPem });
  if (!identity.ok) return identity;
  adopt(identity.value, files);
  return ok(identity.value);
}

/** Keeps an identity, and the time that the cloud put into it: from then on no earlier time is believed. */
export function adopt(identity: GatewayIdentity, files: IdentityFiles): void {
  files.raiseClockFloor(new X509Certificate(identity.certificatePem).validFromDate.getTime());
  files.keepIdentity(identity);
  files.forgetPendingKey();
}

/** The key for a request, in PEM: the one of an earlier attempt from the same beginning, or a new one. */
export function pendingKeyFor(from: string, files: IdentityFiles): string {
  const pending = files.pendingKey();
  if (pending?.from === from) return pending.keyPem;
  const keyPem = newGatewayKey().export({ format: 'pem', type: 'pkcs8' }).toString();
  files.keepPendingKey({ version: 1, from, keyPem });
  return keyPem;
}
