import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Result } from '@meetbrug/protocols/result';
import type { CloudConfig } from './cloud-config.ts';
import type { EdgeConfig } from './edge-config.ts';
import { type ConfigRefusal, parseEdgeConfig } from './parse-edge-config.ts';

/** Reads and checks a configuration file; file names inside it are made absolute, relative to the file itself. */
export function loadEdgeConfig(file: string): Result<EdgeConfig, ConfigRefusal> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const detail = `cannot read the configuration ${file}: ${(error as Error).message}`;
    return { ok: false, fault: { code: 'config-unreadable', detail, faults: [{ path: '', detail }] } };
  }
  const parsed = parseEdgeConfig(text);
  return parsed.ok ? { ok: true, value: withAbsoluteFiles(parsed.value, dirname(resolve(file))) } : parsed;
}

function withAbsoluteFiles(config: EdgeConfig, folder: string): EdgeConfig {
  const sources = config.sources.map((source) =>
    source.passwordFile === undefined ? source : { ...source, passwordFile: resolve(folder, source.passwordFile) },
  );
  const { synchronisedFile } = config.clock;
  const clock = synchronisedFile === undefined ? {} : { synchronisedFile: resolve(folder, synchronisedFile) };
  if (config.cloud === undefined) return { ...config, sources, clock };
  return {
    ...config,
    sources,
    clock,
    cloud: withAbsoluteCredentials(config.cloud, folder),
  };
}

function withAbsoluteCredentials(cloud: CloudConfig, folder: string): CloudConfig {
  const { identityDir, secretFile, caFile } = cloud;
  return {
    ...cloud,
    ...(identityDir === undefined ? {} : { identityDir: resolve(folder, identityDir) }),
    ...(secretFile === undefined ? {} : { secretFile: resolve(folder, secretFile) }),
    ...(caFile === undefined ? {} : { caFile: resolve(folder, caFile) }),
  };
}
