import { zstdCompressSync } from 'node:zlib';
import { type Batch, BODY_ENCODINGS } from '@meetbrug/protocols/delivery';
import { type DatastreamDescription, type DatastreamKey, datastreamKey } from '@meetbrug/protocols/observation';

export const BATCH_OBSERVATIONS = 500;
const OBSERVATIONS_PER_UPLINK = 5;
export const DATASTREAMS = 10_000;
const TICK_MS = 60_000;
const START_MS = Date.UTC(2026, 0, 1);

const KEYS: readonly DatastreamKey[] = Array.from({ length: DATASTREAMS }, (_, index) =>
  datastreamKey({
    feature: `plein-${index}`,
    sensor: `th-${index}`,
    property: 'luchttemperatuur',
    procedure: 'momentaan',
  }),
);

function describe(datastream: DatastreamKey, index: number): DatastreamDescription {
  return {
    datastream,
    version: 1,
    validFromMs: START_MS,
    property: 'air-temperature',
    measuringPoint: { name: `plein-${index}`, label: `Plein ${index}`, longitude: 4.4, latitude: 51.2 },
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
  const batchesPerTick = DATASTREAMS / BATCH_OBSERVATIONS;
  const tick = Math.floor(number / batchesPerTick);
  const first = (number % batchesPerTick) * BATCH_OBSERVATIONS;
  return Array.from({ length: BATCH_OBSERVATIONS }, (_, index) => ({
    datastream: first + index,
    beginMs: START_MS + tick * TICK_MS,
    mantissa: 150 + ((first + index * 7 + tick * 3) % 200),
  }));
}

/** The same batch as an edge sends it: zstd level 1 behind its encoding byte. */
export function encodedBatch(number: number): Buffer {
  const plain = plainBatch(number);
  const isFirstTick = number < DATASTREAMS / BATCH_OBSERVATIONS;
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
