/** What the cloud keeps of an enrolment code: never the code. All times in epoch ms. */
export interface InvitationRecord {
  /** SHA-256 of the public half of the code's key, base64url. */
  readonly id: string;
  readonly edge: string;
  readonly organisation: string;
  readonly expiresMs: number;
  /** Fingerprint of the one key that this code was used for; null while it is unused. */
  readonly claimedBy: string | null;
  /** When a newer code or a revocation made it worthless. */
  readonly withdrawnMs: number | null;
}

/** A client certificate: written before it is signed, so that a crash in between can be made good. */
export interface CertificateRecord {
  /** Upper-case hex, 16 bytes. */
  readonly serial: string;
  readonly edge: string;
  readonly organisation: string;
  /** SHA-256 of its public key (SPKI in DER), base64url. */
  readonly keyFingerprint: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly revokedMs: number | null;
  /** Null until it has been signed. */
  readonly pem: string | null;
}

/** The fields that are decided before a certificate is signed. */
export type CertificateDraft = Pick<CertificateRecord, 'serial' | 'keyFingerprint' | 'notBeforeMs' | 'notAfterMs'>;

/** One line of `meetbrug-cloud gateways list`. */
export interface GatewaySummary {
  readonly edge: string;
  readonly organisation: string;
  readonly revokedMs: number | null;
  /** End of its longest valid certificate; null when it has none. */
  readonly certificateUntilMs: number | null;
  /** End of its unused code; null when there is none. */
  readonly invitedUntilMs: number | null;
}
