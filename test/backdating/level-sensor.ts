import { sampleMessage, testConfig, WATER_SAMPLE } from '@meetbrug/edge/src/testing/edge-fixture.ts';
import type { RawMessage } from '@meetbrug/protocols/uplinks';

export const LEVEL_SENSOR = { devEui: '24E124713D200007', profile: 'milesight-em500-udl', sensor: 'peil-1' };

/** 3.2 m above the local zero, which lies at 5.62 m TAW: a distance of 1.25 m is 1.95 m locally and 7.57 m TAW. */
export const BRIDGE = {
  name: 'brug',
  label: 'Brug',
  longitude: 3.72,
  latitude: 51.06,
  mountingHeightMetres: 3.2,
  localZeroTawMetres: 5.62,
};

export interface PlaceChange {
  readonly validFrom: string;
  readonly mountingHeightMetres?: number;
  readonly localZeroTawMetres?: number;
  readonly longitude?: number;
}

/** The configuration of an edge with the sensor at the bridge and what changed there. */
export function levelConfig(history: readonly PlaceChange[], settings: Record<string, unknown> = {}) {
  const devices = [{ ...LEVEL_SENSOR, at: { ...BRIDGE, history } }];
  return testConfig({ devices, health: { signal: false }, ...settings });
}

/** An uplink of the sensor: 82 is the type of a distance in millimetres, little endian. */
export function distanceMessage(frameCounter: number, observedMs: number, millimetres: number): RawMessage {
  const payload = Buffer.from([0x03, 0x82, millimetres & 0xff, millimetres >> 8]);
  const changes = { fCnt: frameCounter, time: new Date(observedMs).toISOString(), data: payload.toString('base64') };
  return { ...sampleMessage(WATER_SAMPLE, { ...changes, rxInfo: [] }), receivedMs: observedMs + 1_000 };
}
