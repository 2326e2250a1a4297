import type { DeviceModel } from '@meetbrug/protocols/devices';
import { DEVICE_PROFILES } from '@meetbrug/protocols/devices';
import { compileMapping } from '@meetbrug/protocols/mapping';
import { OBSERVED_PROPERTIES, unitsFit } from '@meetbrug/protocols/properties';
import type { DeviceConfig } from './device-config.ts';
import type { ConfigFault } from './device-faults.ts';
import { type ModelConfig, mappingFields } from './model-config.ts';

/** What a check of the configuration needs to know of a model; a codec is opened later. */
export type ModelTraits = Pick<DeviceModel, 'id' | 'channels'>;

/** The models that a device can name, as far as they are sound. */
export interface KnownModels {
  readonly profiles: ReadonlyMap<string, ModelTraits>;
  readonly models: ReadonlyMap<string, ModelTraits>;
  /** Models with a fault of their own: nothing can be said of the devices that name them. */
  readonly broken: ReadonlySet<string>;
}

/**
 * The built-in profiles and what the models of a configuration mean, with everything that is wrong with these.
 * @param models undefined for one that does not parse
 */
export function knownModels(models: ReadonlyMap<string, ModelConfig | undefined>): {
  readonly known: KnownModels;
  readonly faults: ConfigFault[];
} {
  const sound = new Map<string, ModelTraits>();
  const faults: ConfigFault[] = [];
  const broken = new Set<string>();
  for (const [id, model] of models) {
    if (model === undefined) {
      broken.add(id);
      continue;
    }
    const mapping = compileMapping(mappingFields(model));
    const ofFields = mapping.ok
      ? unitFaults(model)
      : mapping.faults.map(({ index, setting, detail }) => ({ path: `fields[${index}].${setting}`, detail }));
    if (mapping.ok && ofFields.length === 0) sound.set(id, { id, channels: mapping.value.channels });
    else broken.add(id);
    for (const { path, detail } of ofFields) faults.push({ path: `models.${id}.${path}`, detail });
  }
  return { known: { profiles: DEVICE_PROFILES, models: sound, broken }, faults };
}

/** What a device is bound to; undefined where nothing has that name. */
export function modelOf<Model>(
  { profile, model }: Pick<DeviceConfig, 'profile' | 'model'>,
  { profiles, models }: { readonly profiles: ReadonlyMap<string, Model>; readonly models: ReadonlyMap<string, Model> },
): Model | undefined {
  return profile === undefined ? models.get(model ?? '') : profiles.get(profile);
}

/** What is measured in a unit of another kind, and counts that are no counts. */
function unitFaults({ fields }: ModelConfig): ConfigFault[] {
  return fields.flatMap(({ property, unit, counter }, index) => {
    const faults: ConfigFault[] = [];
    const expected = OBSERVED_PROPERTIES[property].unit;
    if (!unitsFit(unit, expected)) {
      const detail = `${property} is in ${expected}, which ${unit} cannot be said in: change the unit or the property`;
      faults.push({ path: `fields[${index}].unit`, detail });
    }
    if (counter !== undefined && OBSERVED_PROPERTIES[counter.counts].kind !== 'count') {
      faults.push({ path: `fields[${index}].counter.counts`, detail: `${counter.counts} is no count` });
    }
    return faults;
  });
}
