import { recogniseMessage } from '@meetbrug/edge/src/decode/recognise-message.ts';
import { uplinkFingerprint } from '@meetbrug/edge/src/outbox/uplink-fingerprint.ts';
import { type DatastreamKey, datastreamKey } from '@meetbrug/protocols/observation';
import { OBSERVED_PROPERTIES } from '@meetbrug/protocols/properties';
import { chirpstackUplink } from '../fleet/chirpstack-message.ts';
import { type FleetDevice, fleetDevices } from '../fleet/fleet-device.ts';
import { fleetSettingsSchema } from '../fleet/fleet-settings.ts';
import type { SeededRandom } from '../fleet/seeded-random.ts';
import { type ExpectedObservation, simulateMeasurement } from '../fleet/simulate-measurement.ts';
import type { PlannedUplink } from './plan-schedule.ts';

/** When every simulation begins. */
export const START_MS = Date.UTC(2026, 6, 1, 12);
export const DEVICES_PER_EDGE = 4;
const EDGES_MAX = 2;
const PACKET_BYTES_MAX = 65_536;

/** One version of one observation, as the fleet meant it. */
export interface MeantObservation {
  readonly key: DatastreamKey;
  readonly beginMs: number;
  readonly endMs: number | null;
  readonly value: string;
}

export interface SimulatedUplink {
  /** What the edge recognises it by. */
  readonly name: string;
  readonly edge: number;
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly observations: readonly MeantObservation[];
}

const FLEET = fleetDevices(
  fleetSettingsSchema.parse({ devices: DEVICES_PER_EDGE * EDGES_MAX, countIntervalSeconds: 600 }),
);

/** The devices that may be heard by an edge; no two edges share one. */
export function devicesOf(edge: number): readonly FleetDevice[] {
  return FLEET.slice(edge * DEVICES_PER_EDGE, (edge + 1) * DEVICES_PER_EDGE);
}

/** The uplinks of a schedule in its order, each with a frame counter of its own. */
export function makeUplinks(planned: readonly PlannedUplink[], random: SeededRandom): SimulatedUplink[] {
  const memory = new Map(FLEET.map((device) => [device, { totalIn: 0, totalOut: 0 }]));
  return planned.map(({ edge, device: index, measuredMs }, frameCounter) => {
    const device = devicesOf(edge)[index] as FleetDevice;
    const observedMs = START_MS + measuredMs;
    const measurement = simulateMeasurement(
      device,
      observedMs,
      random,
      memory.get(device) ?? { totalIn: 0, totalOut: 0 },
    );
    const { topic, body } = chirpstackUplink(device, { measurement, observedMs, frameCounter }, random);
    const payload = Buffer.from(body);
    return {
      name: nameOf(topic, payload),
      edge,
      topic,
      payload,
      observations: measurement.observations.map((observation) => meant(device, observation)),
    };
  });
}

function nameOf(topic: string, payload: Uint8Array): string {
  const { event } = recogniseMessage({ topic, payload, receivedMs: START_MS }, PACKET_BYTES_MAX);
  if (!event.ok || event.value.kind !== 'uplink') throw new Error(`${topic} carries no uplink`);
  const { high, low } = uplinkFingerprint(event.value);
  return `${high}/${low}`;
}

function meant({ place, devEui }: FleetDevice, observation: ExpectedObservation): MeantObservation {
  const { property, direction, derivedFromDistance, beginMs, endMs, value } = observation;
  const instant = derivedFromDistance ? 'peil-uit-afstand' : 'momentaan';
  const key = datastreamKey({
    feature: direction === undefined ? place.name : `${place.name}_${direction}`,
    sensor: devEui.toLowerCase(),
    property: OBSERVED_PROPERTIES[property].name,
    procedure: endMs === undefined ? instant : `telling-${(endMs - beginMs) / 1000}s`,
  });
  return { key, beginMs, endMs: endMs ?? null, value };
}
