import { type Channel, DEVICE_PROFILES, type DeviceProfile } from '@meetbrug/protocols/devices';
import { type DatastreamDescription, type Decimal, decimalFromNumber } from '@meetbrug/protocols/observation';
import type { UnitCode } from '@meetbrug/protocols/properties';
import type { DevEui } from '@meetbrug/protocols/uplinks';
import type { DeviceConfig } from '../config/device-config.ts';
import { sensorName } from '../config/device-faults.ts';
import type { EdgeConfig } from '../config/edge-config.ts';
import {
  countProcedure,
  type Datastream,
  type DatastreamParts,
  datastream,
  INSTANT_PROCEDURE,
  LEVEL_PROCEDURE,
} from './datastream.ts';

/** A channel of a device at its place: the unit that readings come in and the datastream that they go to. */
export interface ChannelBinding {
  readonly unit: UnitCode;
  readonly datastream: Datastream;
}

/** How a distance to the water becomes a level here. */
export interface LevelBinding {
  readonly mountingHeightMetres: Decimal;
  readonly local: Datastream;
  readonly taw?: { readonly localZeroMetres: Decimal; readonly datastream: Datastream };
}

export interface Device {
  readonly profile: DeviceProfile;
  readonly channels: ReadonlyMap<string, ChannelBinding>;
  readonly level?: LevelBinding;
  readonly signal?: { readonly rssi: Datastream; readonly snr: Datastream };
}

export type DeviceRegistry = ReadonlyMap<DevEui, Device>;

/** Every configured device with its datastreams. Throws when a profile is unknown: the configuration was not checked. */
export function deviceRegistry(config: EdgeConfig): DeviceRegistry {
  return new Map(config.devices.map((device) => [device.devEui, bindDevice(device, config)]));
}

type SharedParts = Pick<DatastreamParts, 'measuringPoint' | 'sensor' | 'licence'>;

function bindDevice(config: DeviceConfig, { licence, health }: EdgeConfig): Device {
  const profile = DEVICE_PROFILES.get(config.profile);
  if (profile === undefined) throw new Error(`no device profile "${config.profile}"`);
  const shared: SharedParts = {
    measuringPoint: withoutUndefined(config.at),
    sensor: { name: sensorName(config), manufacturer: profile.manufacturer, model: profile.model },
    licence,
  };
  const channels = Object.entries(profile.channels).map(
    ([name, channel]) => [name, bindChannel(name, channel, config, shared)] as const,
  );
  const measuresDistance = channels.some(([, binding]) => binding.datastream.property.key === 'water-distance');
  const level = measuresDistance ? bindLevel(config, shared) : undefined;
  return {
    profile,
    channels: new Map(channels),
    ...(level === undefined ? {} : { level }),
    ...(health.signal
      ? {
          signal: {
            rssi: datastream({ ...shared, property: 'rssi', procedure: INSTANT_PROCEDURE }),
            snr: datastream({ ...shared, property: 'snr', procedure: INSTANT_PROCEDURE }),
          },
        }
      : {}),
  };
}

function bindChannel(name: string, channel: Channel, config: DeviceConfig, shared: SharedParts): ChannelBinding {
  const overInterval = channel.overInterval === true && config.intervalSeconds !== undefined;
  return {
    unit: channel.unit,
    datastream: datastream({
      ...shared,
      property: config.channels[name] ?? channel.property,
      procedure: overInterval ? countProcedure(config.intervalSeconds as number) : INSTANT_PROCEDURE,
      ...(channel.direction === undefined ? {} : { direction: channel.direction }),
      ...(channel.resolution === undefined ? {} : { resolution: channel.resolution }),
    }),
  };
}

function bindLevel({ at }: DeviceConfig, shared: SharedParts): LevelBinding | undefined {
  const mountingHeightMetres = decimalFromNumber(at.mountingHeightMetres ?? Number.NaN);
  if (mountingHeightMetres === undefined) return undefined;
  const local = datastream({ ...shared, property: 'water-level-local', procedure: LEVEL_PROCEDURE });
  const localZeroMetres = decimalFromNumber(at.localZeroTawMetres ?? Number.NaN);
  if (localZeroMetres === undefined) return { mountingHeightMetres, local };
  const taw = datastream({ ...shared, property: 'water-level-taw', procedure: LEVEL_PROCEDURE });
  return { mountingHeightMetres, local, taw: { localZeroMetres, datastream: taw } };
}

/** The place as the description carries it: settings that are not given are absent, not undefined. */
function withoutUndefined(place: DeviceConfig['at']): DatastreamDescription['measuringPoint'] {
  const { name, label, longitude, latitude, samples, mountingHeightMetres, localZeroTawMetres } = place;
  return {
    name,
    label,
    longitude,
    latitude,
    ...(samples === undefined ? {} : { samples }),
    ...(mountingHeightMetres === undefined ? {} : { mountingHeightMetres }),
    ...(localZeroTawMetres === undefined ? {} : { localZeroTawMetres }),
  };
}
