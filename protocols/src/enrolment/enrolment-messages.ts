import { z } from 'zod';
import { nameSchema } from '../observation/mod.ts';

export const ENROLMENT_VERSION = 1;
export const ENROLMENT_PATH = '/enrol';
export const RENEWAL_PATH = '/enrol/renew';
/** Requests and answers are small; both sides refuse a larger body before they read it. */
export const ENROLMENT_BODY_BYTES_MAX = 16_384;

const pem = (label: string) =>
  z
    .string()
    .max(4_096)
    .regex(
      new RegExp(`^-----BEGIN ${label}-----\\r?\\n[A-Za-z0-9+/=\\r\\n]+-----END ${label}-----\\s*$`),
      `${label} in PEM`,
    );
const certificate = pem('CERTIFICATE');
const signature = z.string().regex(/^[A-Za-z0-9_-]{64,512}$/, 'a signature in base64url');
const version = z.literal(ENROLMENT_VERSION);

/** Body of POST /enrol: a gateway asks for its first certificate. */
export const enrolRequestSchema = z.strictObject({
  version,
  /** Public half of the code's key, 32 bytes in base64url: names the invitation without giving it away. */
  invitation: z.string().regex(/^[A-Za-z0-9_-]{43}$/, '32 bytes in base64url'),
  /** PKCS #10 request (RFC 2986). Only its key counts: name and rights come from the invitation. */
  request: pem('CERTIFICATE REQUEST'),
  /** Ed25519 signature by the code's key over `proofText('enrol', request)`. */
  proof: signature,
});
export type EnrolRequest = z.infer<typeof enrolRequestSchema>;

/** Body of POST /enrol/renew: a gateway asks for the certificate after this one. */
export const renewRequestSchema = z.strictObject({
  version,
  /** The certificate it has, perhaps expired. */
  certificate,
  request: pem('CERTIFICATE REQUEST'),
  /** Signature by the key of `certificate` over `proofText('renew', request)`. */
  proof: signature,
});
export type RenewRequest = z.infer<typeof renewRequestSchema>;

/** What both are answered with. Nothing in it is secret. */
export const issuedSchema = z.strictObject({
  version,
  edge: nameSchema,
  organisation: nameSchema,
  certificate,
  /** The authority that issued it and that the cloud's own certificate comes from. */
  authority: certificate,
});
export type Issued = z.infer<typeof issuedSchema>;

/** Why a request is refused. Only `too-many-attempts` and `unavailable` can pass by waiting. */
export const ENROLMENT_REFUSALS = [
  'bad-request',
  'bad-proof',
  'bad-certificate-request',
  'weak-key',
  'unknown-invitation',
  'invitation-expired',
  'invitation-used',
  'unknown-certificate',
  'certificate-revoked',
  'certificate-expired',
  'too-many-certificates',
  'too-many-attempts',
  'unavailable',
] as const;
export type EnrolmentRefusal = (typeof ENROLMENT_REFUSALS)[number];

/** Body of a refusal (RFC 9457) as far as the edge reads it. */
export const refusalSchema = z.looseObject({ code: z.enum(ENROLMENT_REFUSALS), detail: z.string().max(1_000) });

/** The exact text that a proof signs; the purpose keeps a proof of one kind from serving as the other. */
export function proofText(purpose: 'enrol' | 'renew', request: string): string {
  return `meetbrug ${purpose} ${ENROLMENT_VERSION}\n${request}`;
}
