import { zstdCompressSync } from 'node:zlib';
import { type Batch, BODY_ENCODINGS } from '@meetbrug/protocols/delivery';
import { BATCH_OBSERVATIONS, KEYS, plainBatch } from './ingest-batches.ts';

/** Datastreams of an export: as many as one question may name. */
export const EXPORTED_DATASTREAMS = 1_000;
const BATCHES_PER_TICK = EXPORTED_DATASTREAMS / BATCH_OBSERVATIONS;
const TICK_MS = 60_000;
/** A million observations take 17 hours: of today and yesterday, as what is asked for most is. */
const HOURS = 24;
const HOUR_MS = 3_600_000;
const NOW = new Date();

/** When the observations begin: such that they lie in the store, or in a month that has closed. */
export const STARTS = {
  recent: (Math.floor(NOW.getTime() / HOUR_MS) - HOURS) * HOUR_MS,
  closed: Date.UTC(NOW.getUTCFullYear(), NOW.getUTCMonth() - 6, 10),
} as const;
export type Age = keyof typeof STARTS;

/** Batch `number` of an endless series in which every datastream has a value a minute, one uplink each. */
export function exportBatch(number: number, age: Age): Buffer {
  const tick = Math.floor(number / BATCHES_PER_TICK);
  const first = (number % BATCHES_PER_TICK) * BATCH_OBSERVATIONS;
  const keys = KEYS.slice(first, first + BATCH_OBSERVATIONS);
  const beginMs = STARTS[age] + tick * TICK_MS;
  const batch: Batch = {
    version: 1,
    epoch: '0123456789abcdef',
    datastreams: keys.map((key) => [key, 1]),
    descriptions: [],
    uplinks: plainBatch(number).map(({ mantissa }, index) => [
      FIRST_SEQUENCE + number * BATCH_OBSERVATIONS + index,
      beginMs,
      [[index, beginMs, null, beginMs, mantissa % 10 === 0 ? String(mantissa / 10) : (mantissa / 10).toFixed(1), 0]],
    ]),
  };
  return Buffer.concat([
    Buffer.from([BODY_ENCODINGS.zstd]),
    zstdCompressSync(JSON.stringify(batch), { params: { 100: 1 } }),
  ]);
}

/** Behind the batches that carry the descriptions. */
const FIRST_SEQUENCE = 10_000_000;

/** How many batches hold so many observations. */
export function batchesOf(rows: number): number {
  return Math.ceil(rows / BATCH_OBSERVATIONS);
}
