import { createHash, createPublicKey } from 'node:crypto';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import { Pkcs10CertificateRequest } from './x509.ts';

/** The key that a certificate is asked for; nothing else of the request counts. */
export interface RequestedKey {
  /** SubjectPublicKeyInfo in DER. */
  readonly spki: Buffer;
  /** SHA-256 of `spki`, base64url. */
  readonly fingerprint: string;
}

/** OpenSSL's names of P-256 and P-384. */
const CURVES = new Set(['prime256v1', 'secp384r1']);

/**
 * Checks a PKCS #10 request (RFC 2986): readable, signed by the key that it holds, a key on P-256 or P-384. Subject,
 * alternative names and extensions that it asks for are ignored. Never throws, whatever the text.
 */
export async function checkCertificateRequest(
  pem: string,
): Promise<Result<RequestedKey, Fault<'bad-certificate-request' | 'weak-key'>>> {
  try {
    const request = new Pkcs10CertificateRequest(pem);
    const spki = Buffer.from(request.publicKey.rawData);
    const { asymmetricKeyDetails } = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    if (!CURVES.has(asymmetricKeyDetails?.namedCurve ?? ''))
      return fail('weak-key', 'a key on P-256 or P-384 is needed');
    if (!(await request.verify())) return fail('bad-certificate-request', 'its signature is not by its key');
    return ok({ spki, fingerprint: keyFingerprint(spki) });
  } catch {
    return fail('bad-certificate-request', 'this is no certificate request (PKCS #10)');
  }
}

/** SHA-256 of a public key in SPKI DER, base64url. */
export function keyFingerprint(spki: Uint8Array): string {
  return createHash('sha256').update(spki).digest('base64url');
}
