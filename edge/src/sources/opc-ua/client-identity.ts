import { chmodSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { OPCUACertificateManager } from 'node-opcua-certificate-manager';

export interface ClientIdentity {
  readonly certificates: OPCUACertificateManager;
  readonly certificateFile: string;
  readonly privateKeyFile: string;
  readonly applicationUri: string;
  readonly applicationName: string;
}

const VALID_DAYS = 3_650;

/**
 * The key and the self-signed certificate by which a server knows this client, made at the first start, and the folder of
 * what is trusted. A server's operator has to trust the certificate once: it is `own/certs/client.pem` of the folder.
 */
export async function openClientIdentity(pkiFolder: string, clientName: string): Promise<ClientIdentity> {
  const certificates = new OPCUACertificateManager({
    rootFolder: pkiFolder,
    automaticallyAcceptUnknownCertificate: false,
  });
  await certificates.initialize();
  const certificateFile = join(pkiFolder, 'own', 'certs', 'client.pem');
  const privateKeyFile = certificates.privateKey;
  chmodSync(privateKeyFile, 0o600);
  const applicationUri = `urn:meetbrug:edge:${clientName}`;
  if (!existsSync(certificateFile)) {
    await certificates.createSelfSignedCertificate({
      applicationUri,
      subject: `/CN=Meetbrug ${clientName}`,
      dns: [],
      startDate: new Date(),
      validity: VALID_DAYS,
      outputFile: certificateFile,
    });
  }
  return { certificates, certificateFile, privateKeyFile, applicationUri, applicationName: `Meetbrug ${clientName}` };
}
