import type { TestBatch } from '../cloud/test-edge.ts';

const HOUR_MS = 3_600_000;
const UPLINKS_MAX = 1_000;

/** The temperature at an hour since the first: heat on every third day, never cold at night on every other. */
export function temperatureAt(hour: number): number {
  const day = Math.floor(hour / 24);
  const isAfternoon = hour % 24 === 14;
  if (isAfternoon) return day % 3 === 0 ? 32 : 27;
  return hour % 24 === 4 && day % 2 === 0 ? 15 : 21;
}

/** Batches with a value an hour of one datastream, from a local midnight on. */
export function hourlyBatches(description: { datastream: string; version: number }, fromMs: number, days: number) {
  const batches: TestBatch[] = [];
  for (let first = 0; first < days * 24; first += UPLINKS_MAX) {
    const hours = Array.from({ length: Math.min(UPLINKS_MAX, days * 24 - first) }, (_, index) => first + index);
    batches.push({
      datastreams: [[description.datastream, description.version]],
      descriptions: [description],
      uplinks: hours.map((hour) => {
        const beginMs = fromMs + hour * HOUR_MS;
        return [hour + 1, beginMs, [[0, beginMs, null, beginMs, String(temperatureAt(hour)), 2]]];
      }),
    });
  }
  return batches;
}
