import { describe, expect, test } from 'vitest';
import { hourOf } from '../log/schema.ts';
import { openTestStore } from '../log/test-store.ts';
import { createSeriesReader, HOURS_PER_READ_MAX, type SeriesReader } from './read-series.ts';
import { observationJson } from './series-json.ts';

const T0 = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;

function readerOf(begins: readonly number[], datastream = 1): SeriesReader {
  const { store } = openTestStore();
  const insert = store.prepare('INSERT INTO series VALUES (?, ?, ?, NULL, 0, 1, 0, 0, 1, 1, 0)');
  for (const begin of begins) insert.run(hourOf(begin), datastream, begin);
  return createSeriesReader(store);
}

function readAll(
  reader: SeriesReader,
  fromMs: number,
  toMs: number,
  limit: number,
): { begins: number[]; steps: number } {
  const begins: number[] = [];
  let steps = 0;
  for (let next: number | undefined = fromMs; next !== undefined; steps++) {
    const page = reader.observations({ datastream: 1, fromMs: next, toMs, limit });
    begins.push(...page.rows.map(({ beginMs }) => beginMs));
    next = page.nextFromMs;
  }
  return { begins, steps };
}

describe('the time series', () => {
  const begins = [0, 1, 59, 60, 61, 125, 600].map((minute) => T0 + minute * 60_000);

  test.each([1, 2, 3, 100])('is read in order, %i at a time, without gap or repeat', (limit) => {
    expect(readAll(readerOf(begins), T0, T0 + 24 * HOUR_MS, limit).begins).toEqual(begins);
  });

  test('holds its begin and not its end', () => {
    const reader = readerOf(begins);
    expect(readAll(reader, begins[1] as number, begins[4] as number, 10).begins).toEqual(begins.slice(1, 4));
  });

  test('of another datastream is not shown', () => {
    expect(readAll(readerOf(begins, 2), T0, T0 + 24 * HOUR_MS, 10).begins).toEqual([]);
  });

  test('skips hours without data, so decades are one step', () => {
    const far = [T0, T0 + 200_000 * HOUR_MS];
    expect(readAll(readerOf(far), 0, T0 + 300_000 * HOUR_MS, 10)).toEqual({ begins: far, steps: 1 });
  });

  test('of a silent datastream among busy ones is read in bounded steps', () => {
    const { store } = openTestStore();
    const insert = store.prepare('INSERT INTO series VALUES (?, ?, ?, NULL, 0, 1, 0, 0, 1, 1, 0)');
    store.transaction(() => {
      for (let hour = 0; hour <= HOURS_PER_READ_MAX; hour++) insert.run(hour, 2, hour * HOUR_MS);
      insert.run(HOURS_PER_READ_MAX, 1, HOURS_PER_READ_MAX * HOUR_MS);
    })();
    const found = readAll(createSeriesReader(store), 0, (HOURS_PER_READ_MAX + 1) * HOUR_MS, 10);
    expect(found).toEqual({ begins: [HOURS_PER_READ_MAX * HOUR_MS], steps: 2 });
  });
});

test('an observation is JSON with its exact decimal', () => {
  const row = {
    beginMs: T0,
    endMs: T0 + 1,
    resultMs: T0,
    mantissa: -100_000_000_000_001,
    scale: 9,
    quality: 1,
    revision: 7,
    stampMs: T0,
  };
  expect(observationJson(row)).toBe(
    '{"begin":"2026-01-01T00:00:00Z","end":"2026-01-01T00:00:00.001Z","result":"2026-01-01T00:00:00Z",' +
      '"value":-100000.000000001,"revision":7,"generated":"2026-01-01T00:00:00Z",' +
      '"quality":{"timeSource":"gateway-gps","flags":[]}}',
  );
});
