import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import type { Issued } from '@meetbrug/protocols/enrolment';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type { GatewayIdentity } from './gateway-identity.ts';

export type IssuedFaultCode = 'wrong-authority' | 'wrong-certificate' | 'other-edge';

export interface Expected {
  /** SHA-256 of the authority's certificate (DER), base64url. */
  readonly authorityFingerprint: string;
  readonly edge: string;
  readonly organisation: string;
  readonly keyPem: string;
}

/**
 * Turns an answer of the cloud into an identity. Nothing in it is believed for where it came from: the authority must have
 * the expected fingerprint, must have signed the certificate, and that must be for our key and name. Dates are not looked
 * at: at its first start a gateway may not know the time.
 */
export function checkIssued(issued: Issued, expected: Expected): Result<GatewayIdentity, Fault<IssuedFaultCode>> {
  const certificates = parse(issued);
  if (certificates === undefined) return fail('wrong-certificate', 'the answer holds no readable certificate');
  const { authority, certificate } = certificates;
  if (!authority.ca || fingerprintOf(authority.raw) !== expected.authorityFingerprint) {
    return fail('wrong-authority', 'whoever answered is not the cloud that gave out the code');
  }
  if (!certificate.checkIssued(authority) || !certificate.verify(authority.publicKey)) {
    return fail(
      'wrong-authority',
      'the certificate is not signed by the authority of the cloud that gave out the code',
    );
  }
  if (certificate.ca || !certificate.checkPrivateKey(createPrivateKey(expected.keyPem))) {
    return fail('wrong-certificate', 'the certificate is for another key');
  }
  const { edge, organisation } = issued;
  if (!isFor(certificate, issued)) return fail('wrong-certificate', 'the certificate is not for the name beside it');
  if (edge !== expected.edge || organisation !== expected.organisation) {
    const wanted = `"${expected.edge}" of "${expected.organisation}"`;
    return fail('other-edge', `the code is for "${edge}" of "${organisation}", the configuration says ${wanted}`);
  }
  return ok({
    version: 1,
    edge,
    organisation,
    keyPem: expected.keyPem,
    certificatePem: issued.certificate,
    authorityPem: issued.authority,
  });
}

/** SHA-256 of a certificate in DER, base64url. */
export function fingerprintOf(der: Uint8Array): string {
  return createHash('sha256').update(der).digest('base64url');
}

function isFor({ subject }: X509Certificate, { edge, organisation }: Issued): boolean {
  const lines = new Set(subject.split('\n'));
  return lines.size === 2 && lines.has(`CN=${edge}`) && lines.has(`O=${organisation}`);
}

function parse({ authority, certificate }: Issued) {
  try {
    return { authority: new X509Certificate(authority), certificate: new X509Certificate(certificate) };
  } catch {
    return undefined;
  }
}
