import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { formatInstant } from '@meetbrug/protocols/observation';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import { enrolUrlOf } from '../config/cloud-config.ts';
import type { EdgeConfig } from '../config/edge-config.ts';
import { enrolGateway } from './enrol-gateway.ts';
import { openIdentityFiles } from './identity-files.ts';

/** Enrols the gateway that a configuration describes. The value is a line for people; a fault names what to change. */
export async function enrol(
  { cloud, edge, organisation, clock }: EdgeConfig,
  code: string,
): Promise<Result<string, Fault>> {
  const identityDir = cloud?.identityDir;
  const enrolUrl = cloud && enrolUrlOf(cloud);
  if (identityDir === undefined || enrolUrl === undefined) {
    return fail('not-configured', 'cloud.identityDir: name the folder for the key and certificate first');
  }
  const { synchronisedFile } = clock;
  const isSynchronised = synchronisedFile === undefined ? undefined : existsSync(synchronisedFile);
  const files = openIdentityFiles(identityDir);
  const enrolled = await enrolGateway({ code, edge, organisation, enrolUrl, files, nowMs: Date.now(), isSynchronised });
  if (!enrolled.ok) return fail(enrolled.fault.code, `not enrolled: ${enrolled.fault.detail} (${enrolled.fault.code})`);
  const untilMs = new X509Certificate(enrolled.value.certificatePem).validToDate.getTime();
  return ok(
    `"${edge}" of "${organisation}" is enrolled until ${formatInstant(untilMs)}; key and certificate: ${identityDir}`,
  );
}
