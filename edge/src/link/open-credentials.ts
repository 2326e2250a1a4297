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
const PEM_CERTIFICATE = '-----BEGIN CERTIFICATE-----';

/** Reads what this edge identifies itself with; a certificate is renewed from then on. The fault names the setting. */
export function openCredentials(context: CredentialsContext): Result<LinkCredentials, Fault<'credentials-unusable'>> {
  const { identityDir, secretFile, caFile } = context.cloud;
  if (identityDir !== undefined) return openIdentity(context, identityDir);
  if (secretFile !== undefined) return openSecret(secretFile, caFile);
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

/** A secret from a file, its last line end cut, and the authority of the server where one is named. */
function openSecret(file: string, caFile: string | undefined): Result<LinkCredentials, Fault<'credentials-unusable'>> {
  const text = readSetting('secretFile', file);
  if (!text.ok) return text;
  const secret = text.value.replace(/\r?\n$/, '');
  if (secret === '') return unusable(`cloud.secretFile: ${file} is empty`);
  if (caFile === undefined) return ok({ kind: 'secret', secret });
  const authorityPem = readSetting('caFile', caFile);
  if (!authorityPem.ok) return authorityPem;
  if (!authorityPem.value.includes(PEM_CERTIFICATE)) return unusable(`cloud.caFile: no certificate in ${caFile}`);
  return ok({ kind: 'secret', secret, authorityPem: authorityPem.value });
}

function readSetting(setting: string, file: string): Result<string, Fault<'credentials-unusable'>> {
  try {
    return ok(readFileSync(file, 'utf8'));
  } catch (error) {
    return unusable(`cloud.${setting}: cannot read ${file}: ${(error as Error).message}`);
  }
}

function unusable(detail: string) {
  return fail('credentials-unusable', detail);
}
