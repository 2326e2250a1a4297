import { DEVICE_PROFILES, type DeviceModel, modelOfProfile } from '@meetbrug/protocols/devices';
import { compileMapping, type MappingField, readMapped } from '@meetbrug/protocols/mapping';
import { exactDecimal } from '@meetbrug/protocols/observation';
import type { WireFormat } from '@meetbrug/protocols/uplinks';

/** Samples of packet forwarders and LoRa Basics Station: gateway-samples.test.ts opens their frames. */
export const SAMPLES_OF_GATEWAYS = ['16', '17', '18', '19', '20', '21', '22', '23'];

/** One device's own uplink: format, which clock it had, and the models that read it, by the samples' names for quantities. */
export interface UplinkSample {
  readonly format: WireFormat;
  readonly timeSource: string;
  readonly models: readonly DeviceModel[];
  /** The topic does not tell: it came by webhook. */
  readonly byWebhook?: true;
}

/** What the samples call a channel of a profile, where the names differ. */
export const CHANNEL_NAMES: Readonly<Record<string, string>> = {
  temperature: 'airTemperature',
  humidity: 'relativeHumidity',
  depth: 'waterDepth',
  totalIn: 'peopleTotalIn',
  totalOut: 'peopleTotalOut',
  periodIn: 'peopleIn',
  periodOut: 'peopleOut',
};

/** Units of the samples in ours. */
export const UNIT_NAMES: Readonly<Record<string, string>> = { '%RH': '%', count: '{count}' };

function profile(id: string): DeviceModel {
  const found = DEVICE_PROFILES.get(id);
  if (found === undefined) throw new Error(`no profile ${id}`);
  return modelOfProfile(found);
}

/** A model that reads the object that came, as a technician writes it. */
export function mapped(fields: readonly MappingField[]): DeviceModel {
  const mapping = compileMapping(fields);
  if (!mapping.ok) throw new Error(mapping.faults.map(({ detail }) => detail).join());
  return {
    id: 'mapped',
    manufacturer: 'Voorbeeld',
    model: 'Voorbeeld',
    channels: mapping.value.channels,
    read: ({ decoded, observedMs }) => readMapped(mapping.value, decoded, observedMs),
  };
}

const battery: MappingField = { path: 'battery', property: 'battery-level', unit: '%' };
const temperature: MappingField = { path: 'temperature', property: 'air-temperature', unit: 'Cel' };
const humidity: MappingField = { path: 'humidity', property: 'relative-humidity', unit: '%' };
const depth: MappingField = { path: 'depth', property: 'water-depth', unit: 'cm' };

const em300 = [profile('milesight-em300-th'), mapped([temperature, humidity, battery])];
const em500Udl = [profile('milesight-em500-udl')];
const em500Swl = [profile('milesight-em500-swl'), mapped([depth, battery])];

export const UPLINK_SAMPLES: Readonly<Record<string, UplinkSample>> = {
  '01': { format: 'chirpstack-v4', timeSource: 'gateway-gps', models: em300 },
  '02': { format: 'chirpstack-v4', timeSource: 'network-server', models: em500Udl },
  '03': { format: 'chirpstack-v4', timeSource: 'network-server', models: [profile('milesight-vs350')] },
  '06': { format: 'chirpstack-v4', timeSource: 'network-server', models: [profile('dragino-lht65n')] },
  '07': { format: 'chirpstack-v3', timeSource: 'gateway', models: em500Swl },
  '08': { format: 'chirpstack-v3', timeSource: 'edge', models: em500Swl },
  '09': { format: 'the-things-stack', timeSource: 'gateway', models: em300 },
  '10': { format: 'the-things-stack', timeSource: 'network-server', models: [profile('dragino-ldds75')] },
  '11': {
    format: 'the-things-stack',
    timeSource: 'gateway',
    models: [profile('milesight-vs350')],
    byWebhook: true,
  },
  '13': { format: 'thingpark', timeSource: 'gateway', models: em500Udl, byWebhook: true },
  '14': { format: 'thingpark', timeSource: 'gateway', models: em300 },
  '15': { format: 'thingpark', timeSource: 'gateway', models: em300, byWebhook: true },
};

/** Events of a network server that carry nothing to observe. */
export const EVENT_SAMPLES: Readonly<Record<string, WireFormat>> = {
  '04': 'chirpstack-v4',
  '05': 'chirpstack-v4',
  '12': 'the-things-stack',
};

/** SenML: the time of each value stands beside it. */
const senmlField = (name: string, property: MappingField['property'], unit: MappingField['unit']): MappingField => ({
  path: `${name}[].value`,
  channel: name,
  time: 'timeMs',
  timeFormat: 'ms',
  property,
  unit,
});

/** Without those that no observed property stands for: a door and a firmware version. */
export const SENML_MODEL = mapped([
  senmlField('temperature', 'air-temperature', 'Cel'),
  senmlField('globe-temperature', 'globe-temperature', 'Cel'),
  senmlField('humidity', 'relative-humidity', '%'),
  senmlField('wind', 'wind-speed', 'm/s'),
]);

const SPARKPLUG_FIELDS = [
  ['Level/Upstream', 'water-level-taw', 'm'],
  ['Level/Downstream', 'water-level-taw', 'm'],
] as const;

export const SPARKPLUG_MODEL = mapped(
  SPARKPLUG_FIELDS.map(([name, property, unit]) => ({ path: `metrics.${name}.value`, channel: name, property, unit })),
);

export const TELRAAM_MODEL = mapped([
  { path: 'car', property: 'car-count', unit: '{count}', overInterval: true },
  { path: 'bike', property: 'bicycle-count', unit: '{count}', overInterval: true },
  { path: 'pedestrian', property: 'pedestrian-count', unit: '{count}', overInterval: true },
  { path: 'heavy', property: 'heavy-vehicle-count', unit: '{count}', overInterval: true },
  { path: 'v85', property: 'v85-speed', unit: 'km/h', overInterval: true },
]);

/** One message of the plain-JSON sample: how a city reads it. */
export interface PlainSample {
  readonly format: WireFormat;
  /** Said by the source where no convention of topics says it. */
  readonly device?: string;
  readonly model?: DeviceModel;
}

export const PLAIN_SAMPLES: Readonly<Record<string, PlainSample>> = {
  zigbee2mqtt: {
    format: 'zigbee2mqtt',
    model: mapped([
      { ...temperature, channel: 'airTemperature' },
      { ...humidity, channel: 'relativeHumidity' },
      { path: 'pressure', property: 'station-pressure', unit: 'hPa' },
      battery,
      { path: 'voltage', channel: 'batteryVoltage', property: 'battery-voltage', unit: 'mV' },
    ]),
  },
  'zigbee2mqtt availability': { format: 'zigbee2mqtt' },
  tasmota: {
    format: 'tasmota',
    model: mapped([
      { path: 'BME280.Temperature', channel: 'airTemperature', property: 'air-temperature', unit: 'Cel' },
      { path: 'BME280.Humidity', channel: 'relativeHumidity', property: 'relative-humidity', unit: '%' },
      { path: 'BME280.Pressure', channel: 'pressure', property: 'station-pressure', unit: 'hPa' },
    ]),
  },
  'tasmota LWT': { format: 'tasmota' },
  'homeassistant state': {
    format: 'plain-json',
    device: 'water_gate_26',
    model: mapped([
      { path: 'level', channel: 'distance', property: 'water-distance', unit: 'm', resolution: exactDecimal(1, 3) },
    ]),
  },
  'bare number': {
    format: 'plain-json',
    device: 'water_gate_26',
    model: mapped([{ path: 'value', channel: 'flow', property: 'discharge', unit: 'm3/s' }]),
  },
};

/** Quantities of samples that no observed property stands for: where they stand in the object, and nothing more. */
export const WITHOUT_PROPERTY: Readonly<Record<string, readonly string[]>> = { dewPoint: ['BME280', 'DewPoint'] };

/** What the table test compares of an expected result, beside its values. */
export const COMPARED: readonly string[] = [
  'kind',
  'device',
  'devEui',
  'deviceId',
  'devAddr',
  'sessionKeyId',
  'fCnt',
  'fPort',
  'confirmed',
  'adr',
  'observedAt',
  'payloadHex',
  'gatewayCount',
  'bestGateway',
  'rejected',
  'values',
  'results',
  'ttsNames',
];

/** What it does not, and why. */
export const NOT_COMPARED: Readonly<Record<string, string>> = {
  source: 'is the format, which the table names in our words',
  note: 'is for people',
  decoder: 'is for people',
  observedAtFallback: 'says in words what the time source shows',
  dedupKeys: 'are of other systems: ours leave the session beside the key',
  dr: 'is not read: nothing depends on the data rate',
  effects: 'is of the deduplication window, which compares sessions',
  location: 'is not read: the place of a sensor is configuration',
  late: 'is not read: the time is the gateway’s own, however late the frame comes',
};
