import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHotRows } from '@meetbrug/cloud/src/timeseries/read-hot-rows.ts';
import { openRollupsForWriting } from '@meetbrug/cloud/src/timeseries/rollups/open-rollups.ts';
import { createRollupMaker } from '@meetbrug/cloud/src/timeseries/rollups/rollup-maker.ts';
import { createRollupReader } from '@meetbrug/cloud/src/timeseries/rollups/rollup-reader.ts';
import { createStoreTimeSeries } from '@meetbrug/cloud/src/timeseries/store-time-series.ts';
import type { KeyedRow } from '@meetbrug/cloud/src/timeseries/time-series.ts';
import { expect, onTestFinished, test } from 'vitest';
import { createSeriesLab, type SeriesLab } from './series-lab.ts';

const T0 = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;
const HOURS = 48;
const NOW_MS = T0 + 100 * HOUR_MS;

function labWith(mantissa: number): SeriesLab {
  const lab = createSeriesLab(1);
  onTestFinished(() => lab.close());
  lab.record(Array.from({ length: HOURS * 2 }, (_, index) => rowAt(T0 + (index * HOUR_MS) / 2, mantissa, index + 1)));
  return lab;
}

function rowAt(beginMs: number, mantissa: number, revision: number): KeyedRow {
  const times = { beginMs, endMs: null, resultMs: beginMs, stampMs: beginMs + mantissa };
  return { datastream: 1, ...times, mantissa, scale: 0, below: null, quality: 0, revision };
}

/** One life of the thread that makes rollups: so many steps, then it is gone, with whatever it only remembered. */
async function live(lab: SeriesLab, file: string, steps: number, quietMs = 0): Promise<string> {
  const rollups = openRollupsForWriting(file, lab.reading);
  const maker = createRollupMaker(lab.reading, createHotRows(lab.reading), rollups, {
    quietMs,
    nowMs: () => NOW_MS,
    stepRows: 10,
  });
  let last = 'now';
  for (let step = 0; step < steps && last === 'now'; step++) last = await maker.step();
  rollups.close();
  return last;
}

/** How many hours are known without the observations, and the sum that is answered. */
async function ask(lab: SeriesLab, file: string) {
  const rollups = openRollupsForWriting(file, lab.reading);
  const reader = createRollupReader(lab.reading, rollups);
  const fromHour = T0 / HOUR_MS;
  const [read] = reader.read([
    { datastream: 1, fromHour, toHour: fromHour + HOURS, mayJoinDay: () => false, refusedBits: 0 },
  ]);
  const series = createStoreTimeSeries(lab.reading, createHotRows(lab.reading), reader);
  const query = { datastreams: [1], fromMs: T0, toMs: T0 + HOURS * HOUR_MS, limit: 10 } as const;
  const page = await series.downsample({ ...query, every: 'P1Y', zone: 'UTC', aggregates: ['sum'] });
  rollups.close();
  return { known: read?.known.length, sum: page.ok ? page.value.buckets[0]?.values[0] : undefined };
}

test('rollups that are killed after any step go on where they were, and every answer is right meanwhile', async () => {
  const lab = labWith(3);
  const file = join(lab.folder, 'rollups.sqlite');
  const seen: number[] = [];
  for (let lives = 0; lives < 300; lives++) {
    const then = await live(lab, file, 1);
    const { known, sum } = await ask(lab, file);
    expect(sum).toBe(3 * HOURS * 2);
    seen.push(known ?? 0);
    if (then === 'nothing') break;
  }
  expect(seen[0]).toBe(0);
  expect(seen.at(-1)).toBe(HOURS);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
});

test('an hour that data streams into is read from the observations until it is quiet', async () => {
  const lab = labWith(3);
  const file = join(lab.folder, 'rollups.sqlite');
  expect(await live(lab, file, 1_000, HOUR_MS)).toBe('later');
  expect(await ask(lab, file)).toEqual({ known: 0, sum: 3 * HOURS * 2 });
});

test('rollups of another store, or a damaged file, are made again', async () => {
  const lab = labWith(3);
  const other = labWith(5);
  const file = join(lab.folder, 'rollups.sqlite');
  await live(lab, file, 1_000);
  expect(await ask(other, file)).toEqual({ known: 0, sum: 5 * HOURS * 2 });
  await live(other, file, 1_000);
  expect(await ask(other, file)).toEqual({ known: HOURS, sum: 5 * HOURS * 2 });
  writeFileSync(file, 'no database at all, but long enough to be looked at as one by whoever opens it'.repeat(50));
  expect(await ask(other, file)).toEqual({ known: 0, sum: 5 * HOURS * 2 });
});
