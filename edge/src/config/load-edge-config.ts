import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Result } from '@meetbrug/protocols/result';
import type { CloudConfig } from './cloud-config.ts';
import type { EdgeConfig } from './edge-config.ts';
import { isBuiltInCodec, type ModelConfig } from './model-config.ts';
import { type ConfigRefusal, parseEdgeConfig } from './parse-edge-config.ts';
import type { LorawanConfig } from './sources/lorawan-session-config.ts';
import type { SourceConfig } from './sources/source-config.ts';

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
  const sources = config.sources.map((source) => withAbsoluteSettings(source, folder));
  const models = Object.fromEntries(
    Object.entries(config.models).map(([id, model]) => [id, withAbsoluteCodec(model, folder)]),
  );
  const { synchronisedFile } = config.clock;
  const clock = synchronisedFile === undefined ? {} : { synchronisedFile: resolve(folder, synchronisedFile) };
  const lorawan = withAbsoluteSettings(config.lorawan, folder);
  if (config.cloud === undefined) return { ...config, sources, models, clock, lorawan };
  return {
    ...config,
    sources,
    models,
    clock,
    lorawan,
    cloud: withAbsoluteCredentials(config.cloud, folder),
  };
}

/** Settings that name a file all end in `File` there. */
function withAbsoluteSettings<Settings extends SourceConfig | LorawanConfig>(
  source: Settings,
  folder: string,
): Settings {
  const settings = Object.entries(source).map(([name, value]) =>
    name.endsWith('File') && typeof value === 'string' ? [name, resolve(folder, value)] : [name, value],
  );
  return Object.fromEntries(settings) as Settings;
}

function withAbsoluteCodec(model: ModelConfig, folder: string): ModelConfig {
  const { codec } = model;
  return codec === undefined || isBuiltInCodec(codec) ? model : { ...model, codec: resolve(folder, codec) };
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
