import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadedConfig } from '@meetbrug/cloud/src/config/cloud-config.ts';
import { parseConfig } from '@meetbrug/cloud/src/config/load-config.ts';
import { openStoreForReading } from '@meetbrug/cloud/src/log/open-store.ts';
import { type Cloud, startCloud } from '@meetbrug/cloud/src/main.ts';
import type { WireObservation } from '@meetbrug/protocols/delivery';
import type { DatastreamDescription } from '@meetbrug/protocols/observation';
import { expect } from 'vitest';
import { SECRET } from '../cloud/test-cloud.ts';
import { connectEdge, heatDescription, T0, uplink } from '../cloud/test-edge.ts';
import { waitFor } from '../harness/wait-for.ts';

export const BASE = 'https://data.example.org';
export const ISSUER = 'https://login.example.org/realms/city';
export const AUDIENCE = 'meetbrug-city';

export interface PrivateCloudSettings {
  readonly dataDir: string;
  readonly jwks?: NonNullable<LoadedConfig['jwks']>;
  readonly nowMs?: () => number;
  /** The list `access.streams`, as YAML; by default {@link CLOSED}. */
  readonly streams?: string;
  readonly isCold?: boolean;
  /** Whether `demo` has a stream that others may post to. */
  readonly hasOutside?: boolean;
  readonly publicBaseUrl?: string;
  readonly allStreams?: string;
  /** Where the issuer publishes its keys, instead of `jwks`. */
  readonly jwksUrl?: string;
  readonly requestsPerMinute?: number;
}

/** The air temperatures of `demo` are private. */
export const CLOSED = '[{ organisation: demo, stream: heat-stress, to: key-or-oauth2 }]';

/** A cloud with every kind of view, two organisations and streams of all of them, of which one stream is private. */
export async function startPrivateCloud({
  dataDir,
  jwks = { keys: [] },
  nowMs,
  streams = CLOSED,
  isCold = false,
  hasOutside = false,
  publicBaseUrl = BASE,
  allStreams = '[heat-stress, device-status]',
  jwksUrl,
  requestsPerMinute = 6_000,
}: PrivateCloudSettings): Promise<Cloud> {
  const parsed = parseConfig(`
publicBaseUrl: ${publicBaseUrl}
http: { port: 0 }
mqtt: { port: 0 }
readers: { deadlineMs: 2000 }
cold: { enabled: ${isCold} }
organisations:
  - { name: demo, label: Demo, streams: [heat-stress, device-status] }
  - { name: other, label: Ander, streams: [heat-stress] }
outside: ${hasOutside ? '[{ organisation: demo, name: permits, title: Vergunningen }]' : '[]'}
access:
  streams: ${streams}
  oauth2: { issuer: '${ISSUER}', audience: '${AUDIENCE}', ${jwksUrl === undefined ? 'jwksFile: given.json' : `jwksUrl: '${jwksUrl}'`}, requestsPerMinute: ${requestsPerMinute} }
catalogue: { publisher: { name: Samen }, contact: { name: Dienst data, email: data@demo.example } }
ldes:
  pageSize: 2
  fanOut: 2
  allStreams: ${allStreams}
  views:
    - { kind: by-time, pageSize: 2, fanOut: 2 }
    - { kind: by-location, pageSize: 2, fanOut: 2 }
    - { kind: by-property, pageSize: 2, fanOut: 2 }
    - { kind: by-datastream, pageSize: 2, fanOut: 2 }
    - { kind: latest, buckets: 1 }`);
  if (!parsed.ok) throw new Error(parsed.fault.detail);
  const silent = () => undefined;
  const logger = { info: silent, warn: silent, fatal: silent };
  const edges = [
    { name: 'edge-a', organisation: 'demo', secret: SECRET },
    { name: 'edge-c', organisation: 'other', secret: SECRET },
  ];
  const started = await startCloud({ config: parsed.value, edges, jwks }, { dataDir, logger, ...(nowMs && { nowMs }) });
  if (!started.ok) throw new Error(started.fault.detail);
  return started.value;
}

/** Whatever of these is in an answer was not for everybody: names, places, values and times of the private stream. */
export const CANARIES = [
  'kanarie',
  '-38.6',
  '-38,6',
  '-37.4',
  '-37,4',
  '3.987654',
  '3.987655',
  '03:33:3',
  '04:44:4',
  '05:55:55',
  '178840641',
  '176741548',
];
/** When the private observations were true: one of late summer, and one that is old enough for a file. */
export const PRIVATE_TIMES = { summer: '2026-09-03T03:33:33Z', winter: '2026-01-03T04:44:44Z' };
/** When they were committed. */
const PRIVATE_COMMIT = '2026-11-02T05:55:55.555Z';
export const PRIVATE_KEY = 'kanarie-plein.kanarie-sensor.luchttemperatuur.momentaan';
export const SHARED_PRIVATE_KEY = 'gedeeld-plein.gedeelde-sensor.luchttemperatuur.momentaan';
export const PUBLIC_KEY = 'gedeeld-plein.gedeelde-sensor.batterijniveau.momentaan';
export const OTHER_KEY = 'ander-plein.andere-sensor.luchttemperatuur.momentaan';
const WINTER = Date.UTC(2026, 0, 10, 12);
const SUMMER = Date.UTC(2026, 8, 2, 12);

/** Where the cloud's clock stands, so that two clouds that were told the same say the same. */
export interface TestClock {
  nowMs: number;
}

const PRIVATE = heatDescription(1, {
  datastream: PRIVATE_KEY as DatastreamDescription['datastream'],
  measuringPoint: { name: 'kanarie-plein', label: 'Kanarieplein', longitude: 3.987654, latitude: 51.05 },
  sensor: { name: 'kanarie-sensor', manufacturer: 'Kanarie', model: 'K1' },
});
/** The place and the sensor are also those of a public datastream, which says other words about them. */
const SHARED_PRIVATE = heatDescription(1, {
  datastream: SHARED_PRIVATE_KEY as DatastreamDescription['datastream'],
  validFromMs: Date.UTC(2026, 1, 1),
  measuringPoint: { name: 'gedeeld-plein', label: 'Kanarie gedeeld', longitude: 3.987655, latitude: 51.05 },
  sensor: { name: 'gedeelde-sensor', manufacturer: 'Kanarie', model: 'K2' },
});
const PUBLIC = heatDescription(1, {
  datastream: PUBLIC_KEY as DatastreamDescription['datastream'],
  property: 'battery-level',
  measuringPoint: { name: 'gedeeld-plein', label: 'Gedeeld plein', longitude: 3.71, latitude: 51.05 },
  sensor: { name: 'gedeelde-sensor', manufacturer: 'Milesight', model: 'EM300-TH' },
});
const OTHER = heatDescription(1, {
  datastream: OTHER_KEY as DatastreamDescription['datastream'],
  measuringPoint: { name: 'ander-plein', label: 'Ander plein', longitude: 3.73, latitude: 51.06 },
  sensor: { name: 'andere-sensor', manufacturer: 'Milesight', model: 'EM300-TH' },
});

/** What everybody may read, before and after the private observations, and these unless they are left out. */
export async function deliverAll(cloud: Cloud, clock: TestClock, isWithPrivate: boolean): Promise<void> {
  const sequences = { 'edge-a': 0, 'edge-c': 0 };
  const deliver = async (name: 'edge-a' | 'edge-c', description: DatastreamDescription, values: [number, string][]) => {
    const edge = await connectEdge(cloud.ports.mqtt, name);
    const { refused } = await edge.deliver({
      datastreams: [[description.datastream, description.version]],
      descriptions: [description],
      uplinks: values.map(([beginMs, value]) => {
        sequences[name] += 1;
        const observation: WireObservation = [0, beginMs, null, beginMs + 100, value, 2];
        return [sequences[name], beginMs + 500, [observation]];
      }),
    });
    expect(refused).toEqual([]);
    await edge.end();
  };
  const minutes = (beginMs: number, values: readonly string[]) =>
    values.map((value, index): [number, string] => [beginMs + index * 60_000, value]);

  clock.nowMs = Date.UTC(2026, 10, 1, 12);
  await deliver('edge-a', PUBLIC, [...minutes(WINTER, ['91']), ...minutes(SUMMER, ['88', '87', '86', '85', '84'])]);
  await deliver('edge-c', OTHER, minutes(SUMMER, ['21.5', '21.6', '21.7']));
  if (isWithPrivate) {
    clock.nowMs = Date.parse(PRIVATE_COMMIT);
    const summer = Date.parse(PRIVATE_TIMES.summer);
    const winter = Date.parse(PRIVATE_TIMES.winter);
    const seconds = (beginMs: number, value: string, count: number) =>
      Array.from({ length: count }, (_, index): [number, string] => [beginMs + index * 1_000, value]);
    await deliver('edge-a', PRIVATE, [...seconds(winter, '-37.4', 3), ...seconds(summer, '-38.6', 5)]);
    await deliver('edge-a', SHARED_PRIVATE, seconds(summer, '-38.6', 3));
  }
  clock.nowMs = Date.UTC(2026, 10, 3, 12);
  sequences['edge-a'] = 100;
  await deliver('edge-a', PUBLIC, minutes(SUMMER + 3_600_000, ['83', '82']));
  await deliver('edge-c', OTHER, minutes(SUMMER + 3_600_000, ['22.5']));
}

/** Waits until the winter is in files and no longer in the store. */
export async function waitForFiles(dataDir: string, organisations: readonly string[]): Promise<void> {
  const winterRows = () => {
    const store = openStoreForReading(join(dataDir, 'cloud.sqlite'));
    const count = store
      .prepare('SELECT count(*) FROM series WHERE begin_ms < ?')
      .pluck()
      .get(WINTER + 86_400_000);
    store.close();
    return count === 0 ? true : undefined;
  };
  await waitFor(winterRows, 60_000, () => `the winter is still in the store of ${dataDir}`);
  for (const name of organisations) expect(existsSync(join(dataDir, 'cold', name, '2026-01.parquet'))).toBe(true);
}

const MINUTES = heatDescription(1);

/** Delivers so many private values, a minute apart, from a minute on. */
export async function deliverMinutes(cloud: Cloud, count: number, first = 0): Promise<void> {
  const edge = await connectEdge(cloud.ports.mqtt);
  const { refused } = await edge.deliver({
    datastreams: [[MINUTES.datastream, 1]],
    descriptions: [MINUTES],
    uplinks: Array.from({ length: count }, (_, index) =>
      uplink(first + index + 1, T0 + (first + index) * 60_000, `${10 + ((first + index) % 20)}.5`),
    ),
  });
  expect(refused).toEqual([]);
  await edge.end();
}
