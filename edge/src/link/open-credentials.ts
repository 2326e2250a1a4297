import { formatInstant } from '@meetbrug/protocols/observation';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type { Logger } from 'pino';
import { type CloudConfig, enrolUrlOf } from '../config/cloud-config.ts';
import { readCertificateFile } from '../config/read-pem.ts';
import { readSecretFile } from '../config/read-secret.ts';
import type { GatewayIdentity } from '../enrolment/gateway-identity.ts';
import { openIdentityFiles } from '../enrolment/identity-files.ts';
import { type IdentityKeeper, keepIdentity } from '../enrolment/identity-keeper.ts';
import type { LinkCredentials } from './open-connection.ts';

export interface CredentialsContext {
  readonly edge: string;
  readonly cloud: CloudConfig;
  readonly logger: Logger;
  readonly nowMs: () => number;
  readonly isSynchronised: () => boolean | undefined;
}

const RENEWAL_CHECK_MS = 3_600_000;

/** Reads what this edge identifies itself with; a certificate is renewed from then on. The fault names the setting. */
export function openCredentials(context: CredentialsContext): Result<LinkCredentials, Fault<'credentials-unusable'>> {
  const { identityDir, secretFile, caFile } = context.cloud;
  if (identityDir !== undefined) return openIdentity(context, identityDir);
  if (secretFile !== undefined) return openSecret(secretFile, caFile);
  throw new Error('a configuration without identityDir and secretFile was let through');
}

/** The identity in a folder, if it is that of this edge. */
export function readIdentity(
  edge: string,
  folder: string,
): Result<GatewayIdentity, Fault<'credentials-unusable' | 'not-enrolled'>> {
  const identity = storedIdentity(folder);
  if (!identity.ok) return unusable(identity.fault.detail);
  if (identity.value === undefined) {
    return fail('not-enrolled', `this gateway has not enrolled: run "meetbrug-edge enrol" (nothing in ${folder})`);
  }
  if (identity.value.edge === edge) return ok(identity.value);
  return unusable(`${folder} holds the identity of "${identity.value.edge}", not of "${edge}"`);
}

function storedIdentity(folder: string) {
  try {
    return openIdentityFiles(folder).identity();
  } catch (error) {
    return unusable(`cannot read ${folder}: ${(error as Error).message}`);
  }
}

function openIdentity({ edge, cloud, logger, nowMs, isSynchronised }: CredentialsContext, folder: string) {
  const files = openIdentityFiles(folder);
  const identity = readIdentity(edge, folder);
  if (!identity.ok) return unusable(`cloud.identityDir: ${identity.fault.detail}`);
  const until = (ms: number) => ({ certificateUntil: formatInstant(ms) });
  const keeper: IdentityKeeper = keepIdentity({
    identity: identity.value,
    files,
    enrolUrl: enrolUrlOf(cloud) as string,
    nowMs,
    isSynchronised,
    checkEveryMs: RENEWAL_CHECK_MS,
    onRenewed: (ms) => logger.info(until(ms), 'the certificate was renewed'),
    onRenewalFailed: ({ code, detail }, ms) =>
      logger.warn({ code, detail, ...until(ms) }, 'the certificate could not be renewed'),
  });
  return ok({ kind: 'certificate', keeper } as const);
}

/** A secret from a file, its last line end cut, and the authority of the server where one is named. */
function openSecret(file: string, caFile: string | undefined): Result<LinkCredentials, Fault<'credentials-unusable'>> {
  const secret = readSecretFile(file);
  if (!secret.ok) return unusable(`cloud.secretFile: ${secret.fault.detail}`);
  if (caFile === undefined) return ok({ kind: 'secret', secret: secret.value });
  const authority = readCertificateFile(caFile);
  if (!authority.ok) return unusable(`cloud.caFile: ${authority.fault.detail}`);
  return ok({ kind: 'secret', secret: secret.value, authorityPem: authority.value });
}

function unusable(detail: string) {
  return fail('credentials-unusable', detail);
}
