import { formatInstant, nameSchema } from '@meetbrug/protocols/observation';
import { OBSERVED_PROPERTIES, type PropertyKey, unitsFit } from '@meetbrug/protocols/properties';
import type { DeviceId } from '@meetbrug/protocols/uplinks';
import type { DeviceConfig } from './device-config.ts';
import { HEAT_INDICES } from './heat-config.ts';
import { type KnownModels, type ModelTraits, modelOf } from './model-traits.ts';

const LEVELS = ['water-level-local', 'water-level-taw'] as const;

export interface ConfigFault {
  /** Where in the file, as `devices[2].at.longitude`. */
  readonly path: string;
  /** What is wrong and what to change. */
  readonly detail: string;
}

/** What a device is called on the wire. */
export function deviceId({ devEui, id }: DeviceConfig): DeviceId {
  const device = devEui ?? id;
  if (device === undefined) throw new Error('a device has a devEui or an id: the configuration was not checked');
  return device;
}

/** No name holds what a device id may. */
const OUTSIDE_NAMES = /[^a-z0-9]+/g;
const HYPHENS_AT_ENDS = /^-|-$/g;

/** The name of a device's sensor in keys and IRIs. */
export function sensorName(device: DeviceConfig): string {
  if (device.sensor !== undefined) return device.sensor;
  return deviceId(device).toLowerCase().replaceAll(OUTSIDE_NAMES, '-').replace(HYPHENS_AT_ENDS, '');
}

/** The name of the sensor that a part of a device is; of the device's own without a part. */
export function partName(sensor: string, part: string | undefined): string {
  return part === undefined ? sensor : `${sensor}-${part}`;
}

/** The device's own, and those of its parts. */
function sensorNames(device: DeviceConfig, models: KnownModels): string[] {
  const parts = Object.values(modelOf(device, models)?.channels ?? {}).map(({ part }) => part);
  return [...new Set([undefined, ...parts])].map((part) => partName(sensorName(device), part));
}

/**
 * What a schema of one device cannot see: profiles that do not exist, channels that the profile lacks, and devices that
 * claim each other's identity.
 * @param devices index in the file and device; those that do not parse are left out
 */
export function deviceFaults(
  devices: readonly (readonly [index: number, device: DeviceConfig])[],
  models: KnownModels,
): ConfigFault[] {
  const faults: ConfigFault[] = [];
  const byId = new Map<DeviceId, number>();
  const bySensor = new Map<string, number>();
  for (const [index, device] of devices) {
    const path = `devices[${index}]`;
    const id = deviceId(device);
    const twin = byId.get(id);
    if (twin === undefined) byId.set(id, index);
    else
      faults.push({
        path: `${path}.${device.devEui === undefined ? 'id' : 'devEui'}`,
        detail: `${id} is devices[${twin}] already: keep one of them`,
      });

    for (const name of sensorNames(device, models)) {
      if (!nameSchema.safeParse(name).success) {
        const detail = `"${name}" is no name for an IRI: give the sensor a ${name === '' ? '' : 'shorter '}name`;
        faults.push({ path: `${path}.sensor`, detail });
        break;
      }
      const identity = `${device.at.name}.${name}`;
      const namesake = bySensor.get(identity);
      if (namesake === undefined) bySensor.set(identity, index);
      else if (twin === undefined) {
        const detail = `"${name}" at "${device.at.name}" is devices[${namesake}] already: give it another name`;
        faults.push({ path: `${path}.sensor`, detail });
        break;
      }
    }
    faults.push(...historyFaults(`${path}.at.history`, device), ...modelFaults(path, device, models));
  }
  return faults;
}

function historyFaults(path: string, { at }: DeviceConfig): ConfigFault[] {
  return at.history.flatMap(({ validFrom }, index) => {
    const before = at.history[index - 1]?.validFrom;
    if (before === undefined || before < validFrom) return [];
    const detail =
      before === validFrom
        ? `history[${index - 1}] begins at ${formatInstant(validFrom)} too: make one entry of them`
        : `${formatInstant(validFrom)} is before history[${index - 1}]: put the oldest entry first`;
    return [{ path: `${path}[${index}].validFrom`, detail }];
  });
}

function modelFaults(path: string, device: DeviceConfig, models: KnownModels): ConfigFault[] {
  const profile = modelOf(device, models);
  if (profile === undefined) {
    const [setting, known] = device.profile === undefined ? ['model', models.models] : ['profile', models.profiles];
    const name = device.profile ?? device.model ?? '';
    if (device.profile === undefined && models.broken.has(name)) return [];
    const names = [...known.keys()].join(', ');
    const remedy = names === '' ? 'add it below models' : `use one of ${names}`;
    return [{ path: `${path}.${setting}`, detail: `"${name}" is unknown: ${remedy}` }];
  }
  const faults = [
    ...channelFaults(path, device, profile),
    ...counterFaults(path, device, profile),
    ...qualityFaults(path, device, profile),
  ];
  const overInterval = Object.entries(profile.channels).find(([, channel]) => channel.overInterval === true);
  if (overInterval !== undefined && device.intervalSeconds === undefined && device.counts === 'from-period') {
    faults.push({
      path: `${path}.intervalSeconds`,
      detail: `add the reporting interval of the device in seconds: channel ${overInterval[0]} counts over it`,
    });
  }
  return faults;
}

function channelFaults(path: string, device: DeviceConfig, profile: ModelTraits): ConfigFault[] {
  const faults: ConfigFault[] = [];
  const meanings = new Map<string, string>();
  for (const name of Object.keys(device.channels)) {
    if (Object.hasOwn(profile.channels, name)) continue;
    const known = Object.keys(profile.channels).join(', ');
    faults.push({ path: `${path}.channels.${name}`, detail: `${profile.id} has no such channel: it has ${known}` });
  }
  for (const [name, channel] of Object.entries(profile.channels)) {
    const property = device.channels[name] ?? channel.property;
    const { unit } = OBSERVED_PROPERTIES[property];
    if (!unitsFit(channel.unit, unit)) {
      const detail = `the channel reads ${channel.unit} and ${property} is in ${unit}: give it a property of its own unit`;
      faults.push({ path: `${path}.channels.${name}`, detail });
      continue;
    }
    const offered = [channel.property, ...(channel.alternatives ?? [])];
    if (!offered.includes(property)) {
      faults.push({
        path: `${path}.channels.${name}`,
        detail: `${profile.id} cannot measure ${property} here: use ${offered.join(' or ')}`,
      });
      continue;
    }
    const meaning = `${property} ${channel.direction ?? ''} ${channel.part ?? ''} ${channel.overInterval ?? false}`;
    const other = meanings.get(meaning);
    if (other === undefined) meanings.set(meaning, name);
    else {
      faults.push({
        path: `${path}.channels.${name}`,
        detail: `channel ${other} measures ${property} already: give one of them another meaning`,
      });
    }
  }
  return faults;
}

function counterFaults(path: string, { counts }: DeviceConfig, profile: ModelTraits): ConfigFault[] {
  if (counts !== 'from-counter' || Object.values(profile.channels).some(({ counter }) => counter !== undefined))
    return [];
  return [{ path: `${path}.counts`, detail: `${profile.id} has no counter: leave the setting out` }];
}

/** Rules for a property that the device neither measures nor gives by derivation would judge nothing. */
function qualityFaults(path: string, device: DeviceConfig, profile: ModelTraits): ConfigFault[] {
  const properties = new Set<PropertyKey>(['rssi', 'snr', ...LEVELS, ...HEAT_INDICES]);
  for (const [name, { property, counter }] of Object.entries(profile.channels)) {
    properties.add(device.channels[name] ?? property);
    if (counter !== undefined) properties.add(counter.counts);
  }
  if (!properties.has('water-distance')) for (const level of LEVELS) properties.delete(level);
  if (!properties.has('air-temperature')) for (const index of HEAT_INDICES) properties.delete(index);
  return Object.keys(device.quality)
    .filter((property) => !(properties as ReadonlySet<string>).has(property))
    .map((property) => ({
      path: `${path}.quality.${property}`,
      detail: `this device gives no ${property}: it gives ${[...properties].join(', ')}`,
    }));
}
