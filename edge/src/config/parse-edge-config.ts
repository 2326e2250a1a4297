import type { Result } from '@meetbrug/protocols/result';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { type DeviceConfig, deviceSchema } from './device-config.ts';
import { type ConfigFault, deviceFaults } from './device-faults.ts';
import { type EdgeConfig, edgeConfigSchema } from './edge-config.ts';
import { type ModelConfig, modelSchema } from './model-config.ts';
import { knownModels } from './model-traits.ts';
import { privacyFaults } from './privacy-faults.ts';

/** A configuration that cannot be used: every fault, so that one round of editing is enough. */
export interface ConfigRefusal {
  readonly code: 'config-unreadable' | 'config-invalid';
  /** All faults, one a line. */
  readonly detail: string;
  readonly faults: readonly ConfigFault[];
}

/** Reads the text of an `edge.yaml`; on failure lists all faults at once, each with its path and what to change. */
export function parseEdgeConfig(yamlText: string): Result<EdgeConfig, ConfigRefusal> {
  const document = parseDocument(yamlText, { prettyErrors: true });
  if (document.errors.length > 0) {
    const faults = document.errors.map((error) => ({ path: '', detail: error.message.replaceAll(/\s*\n\s*/g, ' ') }));
    return { ok: false, fault: refusal('config-unreadable', faults) };
  }
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  const parsed = edgeConfigSchema.safeParse(value ?? {});
  const models = knownModels(readableModels(value));
  const faults = [
    ...(parsed.success ? [] : parsed.error.issues.map(issueFault)),
    ...models.faults,
    ...deviceFaults(readableDevices(value), models.known),
    ...(parsed.success
      ? [...sourceFaults(parsed.data), ...localFeedFaults(parsed.data), ...privacyFaults(parsed.data, models.known)]
      : []),
  ];
  if (!parsed.success || faults.length > 0) return { ok: false, fault: refusal('config-invalid', faults) };
  return { ok: true, value: parsed.data };
}

function refusal(code: ConfigRefusal['code'], faults: readonly ConfigFault[]): ConfigRefusal {
  return { code, detail: faultLines(faults), faults };
}

/** Faults as people read them, one a line. */
export function faultLines(faults: readonly ConfigFault[]): string {
  return faults.map(({ path, detail }) => (path === '' ? detail : `${path}: ${detail}`)).join('\n');
}

function issueFault(issue: z.core.$ZodIssue): ConfigFault {
  return { path: pathText(issue.path), detail: issue.message };
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, depth) => (typeof part === 'number' ? `[${part}]` : `${depth === 0 ? '' : '.'}${String(part)}`))
    .join('');
}

/** Each device by itself, so that the faults between devices show even while another part of the file is wrong. */
function readableDevices(value: unknown): [index: number, device: DeviceConfig][] {
  if (typeof value !== 'object' || value === null || !('devices' in value) || !Array.isArray(value.devices)) return [];
  return value.devices.flatMap((entry: unknown, index) => {
    const device = deviceSchema.safeParse(entry);
    return device.success ? [[index, device.data] as [number, DeviceConfig]] : [];
  });
}

/** Each model by itself, for the same reason. */
function readableModels(value: unknown): ReadonlyMap<string, ModelConfig | undefined> {
  if (typeof value !== 'object' || value === null || !('models' in value)) return new Map();
  if (typeof value.models !== 'object' || value.models === null) return new Map();
  return new Map(Object.entries(value.models).map(([id, entry]) => [id, modelSchema.safeParse(entry).data]));
}

function sourceFaults({ sources }: EdgeConfig): ConfigFault[] {
  const names = sources.map(({ name }) => name);
  return names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [{ path: `sources[${index}].name`, detail: `"${name}" is used twice: give each source its own name` }],
  );
}

function localFeedFaults({ localFeed, publicBaseUrl }: EdgeConfig): ConfigFault[] {
  if (!localFeed || publicBaseUrl !== undefined) return [];
  return [{ path: 'publicBaseUrl', detail: "add the cloud's publicBaseUrl: localFeed writes IRIs that begin with it" }];
}
