import { readFileSync } from 'node:fs';
import { formatInstant } from '@meetbrug/protocols/observation';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type { Logger } from 'pino';
import { type CloudConfig, enrolUrlOf } from '../config/cloud-config.ts';
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
  const { identityDir, secretFile } = context.cloud;
  if (identityDir !== undefined) return openIdentity(context, identityDir);
  if (secretFile !== undefined) return openSecret(secretFile);
  throw new Error('a configuration without identityDir and secretFile was let through');
}

function openIdentity({ edge, cloud, logger, nowMs, isSynchronised }: CredentialsContext, folder: string) {
  const files = openIdentityFiles(folder);
  const identity = files.identity();
  if (!identity.ok) return unusable(`cloud.identityDir: ${identity.fault.detail}`);
  if (identity.value === undefined) {
    return unusable(
      `cloud.identityDir: this gateway has not enrolled: run "meetbrug-edge enrol" (nothing in ${folder})`,
    );
  }
  if (identity.value.edge !== edge) {
    return unusable(`cloud.identityDir: ${folder} holds the identity of "${identity.value.edge}", not of "${edge}"`);
  }
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

/** A secret from a file, its last line end cut. */
function openSecret(file: string): Result<LinkCredentials, Fault<'credentials-unusable'>> {
  try {
    const secret = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    return secret === '' ? unusable(`cloud.secretFile: ${file} is empty`) : ok({ kind: 'secret', secret });
  } catch (error) {
    return unusable(`cloud.secretFile: cannot read ${file}: ${(error as Error).message}`);
  }
}

function unusable(detail: string) {
  return fail('credentials-unusable', detail);
}
