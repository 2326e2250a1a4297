import { type Fault, ok, type Result } from '@meetbrug/protocols/result';
import { readIdentity } from '../link/open-credentials.ts';
import { readSessions } from '../lorawan/read-sessions.ts';
import type { ConfigFault } from './device-faults.ts';
import type { EdgeConfig } from './edge-config.ts';
import { isKeyOfCertificate, readCertificateFile, readKeyFile } from './read-pem.ts';
import { readSecretFile } from './read-secret.ts';
import type { SourceConfig } from './sources/source-config.ts';

type Read = Result<unknown, Fault>;

/** Settings of a source that name something else than a secret on one line. */
const SOURCE_FILES: Readonly<Record<string, (file: string) => Read>> = {
  caFile: readCertificateFile,
  certificateFile: readCertificateFile,
  keyFile: readKeyFile,
};

/**
 * Reads the files that a configuration names, as running with it will, and says of each what is wrong with it; nothing of
 * their content is quoted. Codecs are opened where models are; `clock.synchronisedFile` may be absent at any time.
 */
export function fileFaults({ edge, cloud, lorawan, sources }: EdgeConfig): ConfigFault[] {
  const { identityDir, secretFile, caFile } = cloud ?? {};
  return [
    ...faultOf('cloud.identityDir', identityDir === undefined ? ok(undefined) : identityOrNone(edge, identityDir)),
    ...faultOf('cloud.secretFile', secretFile === undefined ? ok(undefined) : readSecretFile(secretFile)),
    ...faultOf('cloud.caFile', caFile === undefined ? ok(undefined) : readCertificateFile(caFile)),
    ...faultOf('lorawan.sessionsFile', readSessions(lorawan.sessionsFile)),
    ...sources.flatMap((source, index) => sourceFaults(source, `sources[${index}]`)),
  ];
}

/** A configuration is checked before its gateway enrols; running without an identity is refused where it is opened. */
function identityOrNone(edge: string, folder: string): Read {
  const identity = readIdentity(edge, folder);
  return !identity.ok && identity.fault.code === 'not-enrolled' ? ok(undefined) : identity;
}

function sourceFaults(source: SourceConfig, path: string): ConfigFault[] {
  const faults = Object.entries(source).flatMap(([setting, value]) => {
    if (!setting.endsWith('File') || typeof value !== 'string') return [];
    return faultOf(`${path}.${setting}`, (SOURCE_FILES[setting] ?? readSecretFile)(value));
  });
  return faults.length > 0 ? faults : pairFaults(source, path);
}

/** A certificate and a key that are both sound can still be of two. */
function pairFaults(source: SourceConfig, path: string): ConfigFault[] {
  if (!('certificateFile' in source)) return [];
  const { certificateFile, keyFile } = source;
  if (certificateFile === undefined || keyFile === undefined) return [];
  const certificate = readCertificateFile(certificateFile);
  const key = readKeyFile(keyFile);
  if (!certificate.ok || !key.ok || isKeyOfCertificate(key.value, certificate.value)) return [];
  return [{ path: `${path}.keyFile`, detail: 'the key is not that of the certificate in certificateFile' }];
}

function faultOf(path: string, read: Read): ConfigFault[] {
  return read.ok ? [] : [{ path, detail: read.fault.detail }];
}
