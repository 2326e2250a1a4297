import { type DeviceProfile, modelOfProfile } from '@meetbrug/protocols/devices';
import { type DatastreamKey, decimalFromNumber } from '@meetbrug/protocols/observation';
import type { PropertyKey, UnitCode } from '@meetbrug/protocols/properties';
import { ok } from '@meetbrug/protocols/result';
import type { Uplink } from '@meetbrug/protocols/uplinks';
import { observeUplink } from '../decode/observe-uplink.ts';
import type { CounterState } from '../derive/counter/mod.ts';
import { createDerivation } from '../derive/create-derivation.ts';
import type { DerivedUplink } from '../derive/derivation.ts';
import { BUILT_IN_MODELS, deviceRegistry } from '../normalise/device-registry.ts';
import { type ClockState, UNKNOWN_CLOCK } from '../quality/mod.ts';
import { testConfig } from './edge-fixture.ts';

const CHANNELS = {
  air: ['air-temperature', 'Cel'],
  humidity: ['relative-humidity', '%'],
  wind: ['wind-speed', 'm/s'],
  globe: ['globe-temperature', 'Cel'],
  radiation: ['global-radiation', 'W/m2'],
  pressure: ['station-pressure', 'hPa'],
  tilt: ['tilt', 'deg'],
} as const satisfies Record<string, readonly [PropertyKey, UnitCode]>;

/** A weather mast for tests: its payload is JSON, values by channel. */
export const WEATHER_MAST: DeviceProfile = {
  id: 'weather-mast',
  manufacturer: 'Maker',
  model: 'Mast',
  channels: Object.fromEntries(Object.entries(CHANNELS).map(([name, [property, unit]]) => [name, { property, unit }])),
  decode: (payload) => {
    const values = JSON.parse(new TextDecoder().decode(payload)) as Record<string, number>;
    const readings = Object.entries(values).flatMap(([channel, number]) => {
      const value = decimalFromNumber(number);
      return value === undefined ? [] : [{ channel, value }];
    });
    return ok({ readings, missing: [] });
  },
};

export interface SentUplink {
  readonly devEui: string;
  readonly payload: Uint8Array;
  readonly observedMs: number;
  readonly frameCounter?: number;
  readonly port?: number;
  readonly timeSource?: Uplink['timeSource'];
}

export interface PipelineSettings {
  /** Settings of edge.yaml; signal is left out. */
  readonly settings: Record<string, unknown>;
  readonly clockState?: ClockState;
  readonly committedCounters?: ReadonlyMap<DatastreamKey, CounterState>;
}

/** From a decrypted uplink to observed and derived values, for the real profiles and the weather mast. */
export function pipeline({ settings, clockState = UNKNOWN_CLOCK, committedCounters }: PipelineSettings) {
  const config = testConfig({ health: { signal: false }, ...settings });
  const devices = deviceRegistry(config, {
    profiles: new Map([...BUILT_IN_MODELS.profiles, [WEATHER_MAST.id, modelOfProfile(WEATHER_MAST)]]),
    models: new Map(),
  });
  const committed = new Map(committedCounters);
  const derivation = createDerivation(config, devices, {
    clockState,
    committedCounter: (datastream) => committed.get(datastream),
  });
  const send = (sent: SentUplink): DerivedUplink => {
    const uplink = uplinkOf(sent);
    const device = devices.get(uplink.device);
    if (device === undefined) throw new Error(`${sent.devEui} is not configured`);
    const observed = observeUplink(uplink, device);
    if (!observed.ok) throw new Error(observed.fault.detail);
    const derived = derivation.derive(observed.value.observations, {
      device,
      frameCounter: uplink.frameCounter ?? 0,
      receivedMs: uplink.observedMs,
    });
    for (const [datastream, state] of derived.counters) committed.set(datastream, state);
    return derived;
  };
  return { send, committedCounters: committed as ReadonlyMap<DatastreamKey, CounterState> };
}

function uplinkOf({
  devEui,
  payload,
  observedMs,
  frameCounter = 1,
  port = 85,
  timeSource = 'gateway',
}: SentUplink): Uplink {
  return {
    kind: 'uplink',
    format: 'chirpstack-v4',
    device: devEui as Uplink['device'],
    session: '01ab0001',
    frameCounter,
    port,
    confirmed: false,
    adr: true,
    payload,
    observedMs,
    timeSource,
    receptions: [],
    simulated: false,
  };
}

/** A payload of the weather mast. */
export function mast(values: Partial<Record<keyof typeof CHANNELS, number>>): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(values));
}

/** A Milesight EM300-TH report: degrees Celsius in tenths, percents in halves. */
export function em300(celsius: number, humidityPercent: number): Uint8Array {
  const bytes = Buffer.from('0367000004 6800'.replace(' ', ''), 'hex');
  bytes.writeInt16LE(Math.round(celsius * 10), 2);
  bytes.writeUInt8(Math.round(humidityPercent * 2), 6);
  return bytes;
}

/** A Dragino LHT65N report with a probe: degrees in hundredths, percents in tenths. */
export function lht65n(celsius: number, humidityPercent: number, probeCelsius: number): Uint8Array {
  const bytes = Buffer.from('cbf60000000001 00007fff'.replace(' ', ''), 'hex');
  bytes.writeInt16BE(Math.round(celsius * 100), 2);
  bytes.writeUInt16BE(Math.round(humidityPercent * 10), 4);
  bytes.writeInt16BE(Math.round(probeCelsius * 100), 7);
  return bytes;
}

/** A Milesight VS350 report of its two 16-bit totals. */
export function vs350Totals(totalIn: number, totalOut: number): Uint8Array {
  const bytes = Buffer.from('04cc00000000', 'hex');
  bytes.writeUInt16LE(totalIn, 2);
  bytes.writeUInt16LE(totalOut, 4);
  return bytes;
}
