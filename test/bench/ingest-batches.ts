import { zstdCompressSync } from 'node:zlib';
import { type Batch, BODY_ENCODINGS } from '@meetbrug/protocols/delivery';
import { type DatastreamDescription, type DatastreamKey, datastreamKey } from '@meetbrug/protocols/observation';

export const BATCH_OBSERVATIONS = 500;
const OBSERVATIONS_PER_UPLINK = 5;
export const DATASTREAMS = 10_000;
/** Batches in which every datastream has one observation. */
export const BATCHES_PER_TICK = DATASTREAMS / BATCH_OBSERVATIONS;
const TICK_MS = 60_000;
const START_MS = Date.UTC(2026, 0, 1);
/** The measuring points stand in a square of so many rows, from here to the north and east, a few hundred metres apart. */
const GRID_ROWS = 100;
const SOUTH_WEST = { longitude: 4.3, latitude: 51.1 };
const GRID_STEP_DEGREES = 0.002;

export const KEYS: readonly DatastreamKey[] = Array.from({ length: DATASTREAMS }, (_, index) =>
  datastreamKey({
    feature: `plein-${index}`,
    sensor: `th-${index}`,
    property: 'luchttemperatuur',
    procedure: 'momentaan',
  }),
);

/** Where the measuring point of a datastream stands, in degrees. */
export function placeOf(index: number): { readonly longitude: number; readonly latitude: number } {
  const steps = (start: number, count: number) => Number((start + count * GRID_STEP_DEGREES).toFixed(3));
  return {
    longitude: steps(SOUTH_WEST.longitude, index % GRID_ROWS),
    latitude: steps(SOUTH_WEST.latitude, Math.floor(index / GRID_ROWS)),
  };
}

function describe(datastream: DatastreamKey, index: number): DatastreamDescription {
  return {
    datastream,
    version: 1,
    validFromMs: START_MS,
    property: 'air-temperature',
    measuringPoint: { name: `plein-${index}`, label: `Plein ${index}`, ...placeOf(index) },
    sensor: { name: `th-${index}`, manufacturer: 'Milesight', model: 'EM300-TH' },
    procedure: { name: 'momentaan', label: 'momentane meting' },
    licence: 'https://data.vlaanderen.be/id/licentie/modellicentie-gratis-hergebruik/v1.0',
  };
}

export interface PlainObservation {
  readonly datastream: number;
  readonly beginMs: number;
  /** In tenths. */
  readonly mantissa: number;
}

/**
 * Batch `number` of an endless series: every tick touches all datastreams, the worst case for a clustered store.
 * The first tick carries the descriptions.
 */
export function plainBatch(number: number): PlainObservation[] {
  const tick = Math.floor(number / BATCHES_PER_TICK);
  const first = (number % BATCHES_PER_TICK) * BATCH_OBSERVATIONS;
  return Array.from({ length: BATCH_OBSERVATIONS }, (_, index) => ({
    datastream: first + index,
    beginMs: START_MS + tick * TICK_MS,
    mantissa: 150 + ((first + index * 7 + tick * 3) % 200),
  }));
}

/** The same batch as an edge sends it: zstd level 1 behind its encoding byte. */
export function encodedBatch(number: number): Buffer {
  const plain = plainBatch(number);
  const isFirstTick = number < BATCHES_PER_TICK;
  const firstSequence = (number * BATCH_OBSERVATIONS) / OBSERVATIONS_PER_UPLINK + 1;
  const keys = plain.map(({ datastream }) => KEYS[datastream] as DatastreamKey);
  const batch: Batch = {
    version: 1,
    epoch: '0123456789abcdef',
    datastreams: keys.map((key) => [key, 1]),
    descriptions: isFirstTick ? keys.map((key, index) => describe(key, plain[index]?.datastream ?? 0)) : [],
    uplinks: Array.from({ length: BATCH_OBSERVATIONS / OBSERVATIONS_PER_UPLINK }, (_, uplink) => [
      firstSequence + uplink,
      START_MS,
      plain
        .slice(uplink * OBSERVATIONS_PER_UPLINK, (uplink + 1) * OBSERVATIONS_PER_UPLINK)
        .map(({ beginMs, mantissa }, index) => {
          const value = mantissa % 10 === 0 ? String(mantissa / 10) : (mantissa / 10).toFixed(1);
          return [uplink * OBSERVATIONS_PER_UPLINK + index, beginMs, null, beginMs, value, 0];
        }),
    ]),
  };
  return Buffer.concat([
    Buffer.from([BODY_ENCODINGS.zstd]),
    zstdCompressSync(JSON.stringify(batch), { params: { 100: 1 } }),
  ]);
}
