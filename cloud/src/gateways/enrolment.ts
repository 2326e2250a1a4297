import { verify, X509Certificate } from 'node:crypto';
import {
  ENROLMENT_VERSION,
  type EnrolmentRefusal,
  type EnrolRequest,
  enrolRequestSchema,
  type Issued,
  proofText,
  type RenewRequest,
  renewRequestSchema,
} from '@meetbrug/protocols/enrolment';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type { Authority } from './authority.ts';
import { checkCertificateRequest, type RequestedKey } from './check-certificate-request.ts';
import type { CertificateDraft, CertificateRecord } from './gateway-record.ts';
import type { GatewayStore } from './gateway-store.ts';
import { invitationId, provesInvitation } from './invitation-key.ts';
import { newSerial } from './serial.ts';

export interface EnrolmentSettings {
  readonly authority: Authority;
  readonly store: GatewayStore;
  /** Life of a certificate. */
  readonly certificateMs: number;
  /** How long after its end a certificate may still be exchanged for a new one. */
  readonly graceMs: number;
  readonly nowMs: () => number;
  readonly randomBytes: (count: number) => Uint8Array;
}

export type EnrolmentAnswer = Result<Issued, Fault<EnrolmentRefusal>>;

/** The two things that a gateway may ask the authority for. Both answer a repeated request with the same certificate. */
export interface Enrolment {
  /** @param body parsed JSON of a stranger */
  enrol(body: unknown): Promise<EnrolmentAnswer>;
  /** @param body parsed JSON of a stranger */
  renew(body: unknown): Promise<EnrolmentAnswer>;
}

export function createEnrolment(settings: EnrolmentSettings): Enrolment {
  const { authority, store, nowMs } = settings;

  const draftFor = ({ fingerprint }: RequestedKey, issuedMs: number): CertificateDraft => ({
    serial: newSerial(settings.randomBytes(16)),
    keyFingerprint: fingerprint,
    notBeforeMs: wholeSecond(issuedMs),
    notAfterMs: wholeSecond(issuedMs + settings.certificateMs),
  });

  /** Signs what was decided, unless it has been signed before. */
  const answer = async (record: CertificateRecord, { spki }: RequestedKey): Promise<EnrolmentAnswer> => {
    const pem = record.pem ?? store.keepSigned(record.serial, await authority.signGateway({ ...record, spki }));
    const { edge, organisation } = record;
    return ok({
      version: ENROLMENT_VERSION,
      edge,
      organisation,
      certificate: pem,
      authority: authority.certificatePem,
    });
  };

  return {
    async enrol(body) {
      const parsed = enrolRequestSchema.safeParse(body);
      if (!parsed.success) return badRequest(parsed.error);
      if (!provesInvitation(parsed.data)) return badProof();
      const key = await checkCertificateRequest(parsed.data.request);
      if (!key.ok) return key;
      const issuedMs = nowMs();
      const claim = store.claimInvitation(idOf(parsed.data), draftFor(key.value, issuedMs), issuedMs);
      return claim.ok ? answer(claim.value, key.value) : claim;
    },
    async renew(body) {
      const parsed = renewRequestSchema.safeParse(body);
      if (!parsed.success) return badRequest(parsed.error);
      const serial = provenSerial(parsed.data, authority.certificatePem);
      if (serial === undefined) return badProof();
      const key = await checkCertificateRequest(parsed.data.request);
      if (!key.ok) return key;
      const issuedMs = nowMs();
      const time = { nowMs: issuedMs, graceMs: settings.graceMs };
      const claim = store.claimRenewal(serial, draftFor(key.value, issuedMs), time);
      return claim.ok ? answer(claim.value, key.value) : claim;
    },
  };
}

const idOf = ({ invitation }: EnrolRequest) => invitationId(invitation);

/** The serial of a certificate of this authority whose key signed the request; its dates are judged elsewhere. */
function provenSerial({ certificate, request, proof }: RenewRequest, authorityPem: string): string | undefined {
  try {
    const current = new X509Certificate(certificate);
    const authority = new X509Certificate(authorityPem);
    if (!current.checkIssued(authority) || !current.verify(authority.publicKey)) return undefined;
    const signature = Buffer.from(proof, 'base64url');
    const isProven = verify('sha256', Buffer.from(proofText('renew', request)), current.publicKey, signature);
    return isProven ? current.serialNumber : undefined;
  } catch {
    return undefined;
  }
}

/** Certificates know no smaller unit. */
function wholeSecond(ms: number): number {
  return Math.floor(ms / 1_000) * 1_000;
}

function badRequest(error: { readonly issues: readonly { readonly path: PropertyKey[]; readonly message: string }[] }) {
  const [issue] = error.issues;
  return fail('bad-request', `${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'not usable'}`.slice(0, 200));
}

function badProof() {
  return fail('bad-proof', 'the signature does not belong to the code or certificate');
}
