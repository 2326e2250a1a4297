import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PublicKey,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from './x509.ts';

/** The certificate authority of one cloud: signs its gateways' certificates and its own server certificate. */
export interface Authority {
  readonly certificatePem: string;
  /** SHA-256 of its certificate (DER), base64url: what an enrolment code carries. */
  readonly fingerprint: string;
  /** A client certificate in PEM. */
  signGateway(gateway: GatewayCertificate): Promise<string>;
  /** A server certificate in PEM for host names and IP addresses. */
  signServer(server: ServerCertificate): Promise<string>;
}

export interface GatewayCertificate {
  /** Upper-case hex. */
  readonly serial: string;
  readonly edge: string;
  readonly organisation: string;
  /** SubjectPublicKeyInfo in DER. */
  readonly spki: Uint8Array;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

export interface ServerCertificate {
  readonly serial: string;
  readonly names: readonly string[];
  readonly spki: Uint8Array;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** Key and certificate of an authority as they are kept. */
export interface AuthorityPem {
  readonly privateKeyPem: string;
  readonly certificatePem: string;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const CLIENT_AUTHENTICATION = '1.3.6.1.5.5.7.3.2';
const SERVER_AUTHENTICATION = '1.3.6.1.5.5.7.3.1';
const AUTHORITY_YEARS = 25;
const YEAR_MS = 31_556_952_000;

/** A new root of trust. Its certificate begins a day early, for gateways whose clock is a little behind. */
export async function createAuthority(serial: string, nowMs: number): Promise<AuthorityPem> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = new PublicKey(publicKey.export({ format: 'der', type: 'spki' }));
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serial,
    subject: [{ CN: ['Meetbrug gateway authority'] }],
    issuer: [{ CN: ['Meetbrug gateway authority'] }],
    notBefore: new Date(nowMs - 86_400_000),
    notAfter: new Date(nowMs + AUTHORITY_YEARS * YEAR_MS),
    publicKey: key,
    signingKey: await signingKey(privateKey),
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(key),
    ],
  });
  return {
    privateKeyPem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    certificatePem: `${certificate.toString('pem')}\n`,
  };
}

/** The authority that key and certificate make. Throws when they are unreadable or do not belong together. */
export async function openAuthority({ privateKeyPem, certificatePem }: AuthorityPem): Promise<Authority> {
  const root = new X509Certificate(certificatePem);
  const key = await signingKey(createPrivateKey(privateKeyPem));
  const identifier = await AuthorityKeyIdentifierExtension.create(root.publicKey);

  const sign = async (
    { serial, spki, notBeforeMs, notAfterMs }: Omit<ServerCertificate, 'names'>,
    subject: { CN: string[] }[] | { [field: string]: string[] }[],
    extensions: Extension[],
  ) => {
    const publicKey = new PublicKey(Buffer.from(spki));
    const certificate = await X509CertificateGenerator.create({
      serialNumber: serial,
      subject,
      issuer: root.subjectName.toJSON(),
      notBefore: new Date(notBeforeMs),
      notAfter: new Date(notAfterMs),
      publicKey,
      signingKey: key,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        identifier,
        ...extensions,
      ],
    });
    return `${certificate.toString('pem')}\n`;
  };

  const authority: Authority = {
    certificatePem,
    fingerprint: createHash('sha256').update(Buffer.from(root.rawData)).digest('base64url'),
    signGateway: (gateway) =>
      sign(
        gateway,
        [{ O: [gateway.organisation] }, { CN: [gateway.edge] }],
        [new ExtendedKeyUsageExtension([CLIENT_AUTHENTICATION], true)],
      ),
    signServer: (server) =>
      sign(
        server,
        [{ CN: ['Meetbrug cloud'] }],
        [
          new ExtendedKeyUsageExtension([SERVER_AUTHENTICATION], true),
          new SubjectAlternativeNameExtension(
            server.names.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value }) as const),
          ),
        ],
      ),
  };
  await assertBelongTogether(authority, root);
  return authority;
}

/** Proves with one signature that the key is the certificate's. */
async function assertBelongTogether(authority: Authority, root: X509Certificate): Promise<void> {
  const spki = Buffer.from(root.publicKey.rawData);
  const times = { notBeforeMs: 0, notAfterMs: 0 };
  const trial = new X509Certificate(await authority.signServer({ serial: '01', names: ['localhost'], spki, ...times }));
  if (await trial.verify({ publicKey: root.publicKey, signatureOnly: true })) return;
  throw new Error('the private key does not belong to the certificate');
}

function signingKey(key: KeyObject): Promise<webcrypto.CryptoKey> {
  const pkcs8 = key.export({ format: 'der', type: 'pkcs8' });
  return webcrypto.subtle.importKey('pkcs8', pkcs8, ALGORITHM, false, ['sign']);
}
