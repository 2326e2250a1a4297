import { createHash } from 'node:crypto';
import { OPCUAClient } from 'node-opcua-client';
import type { ClientIdentity } from './client-identity.ts';

/**
 * Trusts the certificate that a server shows, if its SHA-256 is among the configured ones. What it shows here is not
 * believed: the secure channel is made with that certificate afterwards, which only the owner of its key can answer.
 * @returns why the server is not trusted, with its fingerprint and the setting; undefined when it is
 */
export async function trustServer(
  url: string,
  trusted: readonly string[],
  identity: ClientIdentity,
): Promise<string | undefined> {
  const { certificates, certificateFile, privateKeyFile, applicationName, applicationUri } = identity;
  const client = OPCUAClient.create({
    applicationName,
    applicationUri,
    certificateFile,
    privateKeyFile,
    clientCertificateManager: certificates,
    endpointMustExist: false,
    connectionStrategy: { maxRetry: 0 },
  });
  try {
    await client.connect(url);
    const endpoints = await client.getEndpoints();
    const certificate = endpoints.find(({ serverCertificate }) => serverCertificate.length > 0)?.serverCertificate;
    if (certificate === undefined) return `${url} shows no certificate: it offers no protected endpoint`;
    const fingerprint = createHash('sha256').update(certificate).digest('hex');
    if (!trusted.includes(fingerprint)) {
      return `the certificate of ${url} is unknown: compare its SHA-256 ${fingerprint} with the station and put it into trustedServers`;
    }
    await certificates.trustCertificate(certificate);
    return undefined;
  } finally {
    await client.disconnect();
  }
}
