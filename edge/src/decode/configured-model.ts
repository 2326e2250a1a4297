import type { DeviceModel } from '@meetbrug/protocols/devices';
import { compileMapping, readMapped } from '@meetbrug/protocols/mapping';
import { type ModelConfig, mappingFields } from '../config/model-config.ts';
import { OBJECT_AS_IT_CAME, type PayloadCodec } from './payload-codec.ts';

/** A model of the configuration, which was checked: throws where its mapping is none. */
export function configuredModel(id: string, config: ModelConfig, codec: PayloadCodec): DeviceModel {
  const compiled = compileMapping(mappingFields(config));
  if (!compiled.ok) throw new Error(`models.${id}: ${compiled.faults[0]?.detail}`);
  const mapping = compiled.value;
  return {
    id,
    manufacturer: config.manufacturer,
    model: config.model,
    channels: mapping.channels,
    ...(config.cleared ? { cleared: true } : {}),
    ...(codec === OBJECT_AS_IT_CAME ? { readsObject: mapping.paths } : {}),
    read: (uplink) => {
      const object = codec(uplink);
      return object.ok ? readMapped(mapping, object.value, uplink.observedMs) : object;
    },
  };
}
