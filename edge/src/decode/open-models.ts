import type { DeviceModel } from '@meetbrug/protocols/devices';
import type { Codec } from '../codec/codec.ts';
import { loadCodecEngine } from '../codec/codec-engine.ts';
import { type CodecFile, type OpenedCodecs, openCodecs } from '../codec/open-codecs.ts';
import type { ConfigFault } from '../config/device-faults.ts';
import { isBuiltInCodec, type ModelConfig, type ModelsConfig } from '../config/model-config.ts';
import { BUILT_IN_MODELS, type DeviceModels } from '../normalise/device-registry.ts';
import { configuredModel } from './configured-model.ts';
import { BUILT_IN_PAYLOAD_CODECS, OBJECT_AS_IT_CAME, type PayloadCodec, scriptCodec } from './payload-codec.ts';

export type OpenedModels =
  | { readonly ok: true; readonly value: DeviceModels }
  /** Every model whose codec cannot be opened, by its setting. */
  | { readonly ok: false; readonly faults: readonly ConfigFault[] };

/**
 * The built-in profiles and the models of a checked configuration, each with its codec read and opened. The sandbox is loaded
 * only where a model needs it.
 * @param monotonicMs a clock that only goes forward
 */
export async function openModels(models: ModelsConfig, monotonicMs: () => number): Promise<OpenedModels> {
  const files = Object.entries(models).flatMap(([name, model]) => codecFile(name, model));
  if (files.length === 0) return bindCodecs(models, { codecs: new Map(), faults: new Map() });
  return bindCodecs(models, openCodecs(await loadCodecEngine(), files, monotonicMs));
}

function codecFile(name: string, { codec, ...options }: ModelConfig): CodecFile[] {
  if (codec === undefined || isBuiltInCodec(codec)) return [];
  const { recvTimeAs, timeoutMs, memoryMiB, variables } = options;
  return [{ name, file: codec, options: { recvTimeAs, timeoutMs, memoryMiB, variables } }];
}

function bindCodecs(models: ModelsConfig, { codecs, faults }: OpenedCodecs): OpenedModels {
  if (faults.size > 0) {
    return {
      ok: false,
      faults: [...faults].map(([name, { detail }]) => ({ path: `models.${name}.codec`, detail })),
    };
  }
  const opened = new Map<string, DeviceModel>();
  for (const [name, model] of Object.entries(models)) {
    opened.set(name, configuredModel(name, model, payloadCodec(model, codecs.get(name))));
  }
  return { ok: true, value: { ...BUILT_IN_MODELS, models: opened } };
}

function payloadCodec({ codec }: ModelConfig, script: Codec | undefined): PayloadCodec {
  if (script !== undefined) return scriptCodec(script);
  return codec !== undefined && isBuiltInCodec(codec) ? BUILT_IN_PAYLOAD_CODECS[codec] : OBJECT_AS_IT_CAME;
}
