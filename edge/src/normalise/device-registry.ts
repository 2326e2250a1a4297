import { type Channel, DEVICE_PROFILES, type DeviceModel, modelOfProfile } from '@meetbrug/protocols/devices';
import type { UnitCode } from '@meetbrug/protocols/properties';
import type { DeviceId } from '@meetbrug/protocols/uplinks';
import type { DeviceConfig } from '../config/device-config.ts';
import { deviceId, partName, sensorName } from '../config/device-faults.ts';
import type { EdgeConfig } from '../config/edge-config.ts';
import { modelOf } from '../config/model-traits.ts';
import type { CounterBinding } from '../derive/derive-counts.ts';
import { type LevelHistory, levelHistory } from '../descriptions/level-history.ts';
import { datedPlaces, firstPlace } from '../descriptions/place-history.ts';
import { bindSmallCounts } from '../privacy/bind-small-counts.ts';
import type { SmallCounts } from '../privacy/withhold-counts.ts';
import {
  counterProcedure,
  countProcedure,
  type Datastream,
  type DatastreamParts,
  datastream,
  INSTANT_PROCEDURE,
  LEVEL_PROCEDURE,
  type QualityOverrides,
} from './datastream.ts';

/** A channel of a device at its place: the unit that readings come in and the datastream that they go to. */
export interface ChannelBinding {
  readonly unit: UnitCode;
  readonly datastream: Datastream;
}

export interface Device {
  readonly model: DeviceModel;
  readonly channels: ReadonlyMap<string, ChannelBinding>;
  /** Channels that say again what is counted from a counter here: their readings are left out. */
  readonly unused: ReadonlySet<string>;
  /** Counters that counts are taken from, by the datastream of their readings. */
  readonly counters: ReadonlyMap<Datastream, CounterBinding>;
  /** Quality rules that take the place of the catalogue's, for what is derived with other devices. */
  readonly quality: QualityOverrides;
  readonly level?: LevelHistory;
  /** Present where counts leave the edge as sums of windows only. */
  readonly smallCounts?: SmallCounts;
  readonly signal?: { readonly rssi: Datastream; readonly snr: Datastream };
}

export type DeviceRegistry = ReadonlyMap<DeviceId, Device>;

/** The models that devices can be bound to. */
export interface DeviceModels {
  /** Built in, by what a device calls its `profile`. */
  readonly profiles: ReadonlyMap<string, DeviceModel>;
  /** Of the configuration, by what a device calls its `model`. */
  readonly models: ReadonlyMap<string, DeviceModel>;
}

export const BUILT_IN_MODELS: DeviceModels = {
  profiles: new Map([...DEVICE_PROFILES].map(([id, profile]) => [id, modelOfProfile(profile)])),
  models: new Map(),
};

/** Every configured device with its datastreams. Throws when a model is unknown: the configuration was not checked. */
export function deviceRegistry(config: EdgeConfig, models: DeviceModels = BUILT_IN_MODELS): DeviceRegistry {
  return new Map(
    config.devices.map((device) => [deviceId(device), bindDevice(device, config, boundModel(device, models))]),
  );
}

function boundModel(device: DeviceConfig, models: DeviceModels): DeviceModel {
  const found = modelOf(device, models);
  if (found === undefined) throw new Error(`no device model "${device.profile ?? device.model}"`);
  return found;
}

type SharedParts = Pick<
  DatastreamParts,
  'measuringPoint' | 'history' | 'deployedFromMs' | 'contact' | 'sensor' | 'licence' | 'quality'
>;

function bindDevice(
  config: DeviceConfig,
  { licence, health, contact, privacy }: EdgeConfig,
  model: DeviceModel,
): Device {
  const shared: SharedParts = {
    measuringPoint: firstPlace(config.at),
    history: datedPlaces(config.at),
    sensor: { name: sensorName(config), manufacturer: model.manufacturer, model: model.model },
    licence,
    quality: config.quality,
    ...(config.deployedFrom === undefined ? {} : { deployedFromMs: config.deployedFrom }),
    ...(contact === undefined ? {} : { contact }),
  };
  const channels = Object.entries(model.channels).map(
    ([name, channel]) => [name, bindChannel(name, channel, config, shared)] as const,
  );
  const measuresDistance = channels.some(([, binding]) => binding.datastream.property.key === 'water-distance');
  const level = measuresDistance ? bindLevel(config, shared) : undefined;
  const counters = new Map(bindCounters(config, model, new Map(channels), shared));
  const smallCounts = bindSmallCounts(config.privacy.smallCounts ?? privacy.smallCounts, [
    ...channels.map(([, binding]) => binding.datastream),
    ...[...counters.values()].map(({ counts }) => counts),
  ]);
  return {
    model,
    channels: new Map(channels),
    unused: new Set(repeatedChannels(config, model)),
    counters,
    quality: config.quality,
    ...(level === undefined ? {} : { level }),
    ...(smallCounts === undefined ? {} : { smallCounts }),
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
      sensor: sensorOf(shared, channel),
      property: config.channels[name] ?? channel.property,
      procedure: overInterval ? countProcedure(config.intervalSeconds as number) : INSTANT_PROCEDURE,
      ...(channel.direction === undefined ? {} : { direction: channel.direction }),
      ...(channel.resolution === undefined ? {} : { resolution: channel.resolution }),
    }),
  };
}

/** A part of a device is a sensor beside it, of the same make. */
function sensorOf({ sensor }: SharedParts, { part }: { readonly part?: string | undefined }): SharedParts['sensor'] {
  return { ...sensor, name: partName(sensor.name, part) };
}

/** Counts over an interval that a counter of the same device counts too: one thing is counted once. */
function repeatedChannels({ counts }: DeviceConfig, { channels }: DeviceModel): string[] {
  if (counts !== 'from-counter') return [];
  const counted = new Set(Object.values(channels).map(({ counter }) => counter?.counts));
  return Object.entries(channels).flatMap(([name, { overInterval, property }]) =>
    overInterval === true && counted.has(property) ? [name] : [],
  );
}

function bindCounters(
  { counts }: DeviceConfig,
  { channels }: DeviceModel,
  bindings: ReadonlyMap<string, ChannelBinding>,
  shared: SharedParts,
): [Datastream, CounterBinding][] {
  if (counts !== 'from-counter') return [];
  return Object.entries(channels).flatMap(([name, { counter, direction, part }]) => {
    const readings = bindings.get(name)?.datastream;
    if (counter === undefined || readings === undefined) return [];
    const countsInto = datastream({
      ...shared,
      sensor: sensorOf(shared, { part }),
      property: counter.counts,
      procedure: counterProcedure(readings.key),
      ...(direction === undefined ? {} : { direction }),
    });
    return [[readings, { counts: countsInto, rules: counter }] satisfies [Datastream, CounterBinding]];
  });
}

function bindLevel({ at }: DeviceConfig, shared: SharedParts): LevelHistory | undefined {
  return levelHistory(firstPlace(at), datedPlaces(at), {
    local: datastream({ ...shared, property: 'water-level-local', procedure: LEVEL_PROCEDURE }),
    taw: datastream({ ...shared, property: 'water-level-taw', procedure: LEVEL_PROCEDURE }),
  });
}
