import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RawMessage } from '@meetbrug/protocols/uplinks';
import { type EdgeConfig, edgeConfigSchema } from '../config/edge-config.ts';
import { type OpenedOutbox, openOutbox } from '../outbox/open-outbox.ts';
import type { OutboxBounds } from '../outbox/outbox.ts';

const SAMPLES = new URL('../../../test/samples/', import.meta.url);

export const HEAT_SAMPLE = '01-chirpstack-v4-up-heat';
export const WATER_SAMPLE = '02-chirpstack-v4-up-water-two-gateways';
export const MOBILITY_SAMPLE = '03-chirpstack-v4-up-mobility-no-codec';
export const JOIN_SAMPLE = '04-chirpstack-v4-join';
export const STATUS_SAMPLE = '05-chirpstack-v4-status';

/** When the messages of the tests arrive. */
export const RECEIVED_MS = Date.UTC(2026, 10, 24, 12);

/** The devices of the samples, as a city would configure them. */
export const DEVICES = [
  {
    devEui: '24E124136C140001',
    profile: 'milesight-em300-th',
    at: { name: 'plein', label: 'Plein', longitude: 3.7174, latitude: 51.0543 },
  },
  {
    devEui: '24E124713D200007',
    profile: 'milesight-em500-udl',
    sensor: 'peil-1',
    at: {
      name: 'brug',
      label: 'Brug',
      longitude: 3.72,
      latitude: 51.06,
      mountingHeightMetres: 3.2,
      localZeroTawMetres: 5.62,
    },
  },
  {
    devEui: '24E124798E170003',
    profile: 'milesight-vs350',
    at: { name: 'poort', label: 'Poort', longitude: 3.73, latitude: 51.07 },
    intervalSeconds: 600,
  },
];

/** A configuration on ephemeral ports, with the devices of the samples. */
export function testConfig(settings: Record<string, unknown> = {}): EdgeConfig {
  return edgeConfigSchema.parse({
    edge: 'demo-edge',
    organisation: 'demo',
    broker: { port: 0 },
    http: { port: 0 },
    devices: DEVICES,
    ...settings,
  });
}

interface SampleFile {
  readonly topic: string;
  readonly payload: Record<string, unknown>;
}

/** A sample uplink as it arrives, with fields of its payload replaced. */
export function sampleMessage(name: string, changes: Record<string, unknown> = {}): RawMessage {
  const sample = JSON.parse(readFileSync(new URL(`${name}.json`, SAMPLES), 'utf8')) as SampleFile;
  return {
    topic: sample.topic,
    payload: Buffer.from(JSON.stringify({ ...sample.payload, ...changes })),
    receivedMs: RECEIVED_MS,
  };
}

export function temporaryDirectory(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'meetbrug-edge-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export const TEST_BOUNDS: OutboxBounds = {
  bytesMax: 1_073_741_824,
  whenFull: 'refuse',
  thinOutIntervalSeconds: 900,
  keepUnacknowledgedDays: 3_650,
  gapReportSeconds: 60,
  keepAcknowledgedDays: 7,
  uplinksMax: 10_000,
  quarantine: { recordsMax: 100, bytesMax: 1_048_576, keepDays: 30 },
  unknownDevicesMax: 50,
};

/** Opens the outbox of a directory with epochs that count up, so that a test can tell them apart. */
export function openTestOutbox(dataDir: string, bounds: Partial<OutboxBounds> = {}, epochNumber = 1): OpenedOutbox {
  return openOutbox({
    dataDir,
    bounds: { ...TEST_BOUNDS, ...bounds },
    nowMs: () => RECEIVED_MS,
    newEpoch: () => epochNumber.toString(16).padStart(16, '0'),
  });
}
