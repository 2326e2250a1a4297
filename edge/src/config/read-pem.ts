import { createPrivateKey, X509Certificate } from 'node:crypto';
import { type Fault, fail, type Result } from '@meetbrug/protocols/result';
import { readSecretFile } from './read-secret.ts';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

type ReadPem = Result<string, Fault<'file-unusable'>>;

/** The text of a file with one or more certificates (PEM), each of which can be read. Their dates are judged by whoever uses them. */
export function readCertificateFile(file: string): ReadPem {
  const text = readSecretFile(file);
  if (!text.ok) return text;
  const found = text.value.match(CERTIFICATE);
  if (found === null) return fail('file-unusable', `no certificate in ${file}`);
  const unreadable = found.findIndex((pem) => !canRead(() => new X509Certificate(pem)));
  return unreadable === -1 ? text : fail('file-unusable', `${file}: certificate ${unreadable + 1} cannot be read`);
}

/** The text of a file with a private key (PEM) that needs no passphrase. */
export function readKeyFile(file: string): ReadPem {
  const text = readSecretFile(file);
  if (!text.ok) return text;
  if (canRead(() => createPrivateKey(text.value))) return text;
  return fail('file-unusable', `${file} holds no private key that can be read without a passphrase`);
}

/** Both given as PEM. */
export function isKeyOfCertificate(keyPem: string, certificatePem: string): boolean {
  return new X509Certificate(certificatePem).checkPrivateKey(createPrivateKey(keyPem));
}

function canRead(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}
