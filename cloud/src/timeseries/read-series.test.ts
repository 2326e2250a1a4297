import { packQuality } from '@meetbrug/protocols/observation';
import { describe, expect, test } from 'vitest';
import { QUARTER_MS, quarterOf } from '../log/schema.ts';
import { openTestStore } from '../log/test-store.ts';
import { observationJson } from '../query/observation-json.ts';
import { createSeriesReader, QUARTERS_PER_READ_MAX, type SeriesReader } from './read-series.ts';

const T0 = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;
const INSERT_SERIES = `
  INSERT INTO series (quarter, datastream, begin_ms, result_ms, mantissa, scale, quality, revision, confirmed_revision,
    stamp_ms) VALUES (?, ?, ?, 0, 1, 0, 0, 1, 1, 0)`;

function readerOf(begins: readonly number[], datastream = 1): SeriesReader {
  const { store } = openTestStore();
  const insert = store.prepare(INSERT_SERIES);
  for (const begin of begins) insert.run(quarterOf(begin), datastream, begin);
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

  test('skips the time without data, so decades are one step', () => {
    const far = [T0, T0 + 200_000 * HOUR_MS];
    expect(readAll(readerOf(far), 0, T0 + 300_000 * HOUR_MS, 10)).toEqual({ begins: far, steps: 1 });
  });

  test('of a silent datastream among busy ones is read in bounded steps', () => {
    const { store } = openTestStore();
    const insert = store.prepare(INSERT_SERIES);
    store.transaction(() => {
      for (let quarter = 0; quarter <= QUARTERS_PER_READ_MAX; quarter++) insert.run(quarter, 2, quarter * QUARTER_MS);
      insert.run(QUARTERS_PER_READ_MAX, 1, QUARTERS_PER_READ_MAX * QUARTER_MS);
    })();
    const found = readAll(createSeriesReader(store), 0, (QUARTERS_PER_READ_MAX + 1) * QUARTER_MS, 10);
    expect(found).toEqual({ begins: [QUARTERS_PER_READ_MAX * QUARTER_MS], steps: 2 });
  });
});

const ROW = {
  beginMs: T0,
  endMs: T0 + 1,
  resultMs: T0,
  mantissa: -100_000_000_000_001,
  scale: 9,
  below: null,
  quality: 1,
  revision: 7,
  stampMs: T0,
};

test('an observation is JSON with its exact decimal', () => {
  expect(observationJson(ROW, 'UTC')).toBe(
    '{"begin":"2026-01-01T00:00:00Z","end":"2026-01-01T00:00:00.001Z","result":"2026-01-01T00:00:00Z",' +
      '"value":-100000.000000001,"revision":7,"generated":"2026-01-01T00:00:00Z",' +
      '"quality":[],"timeSource":"gateway-gps"}',
  );
});

test('a suppressed count is JSON with two bounds and no value', () => {
  const quality = packQuality({ timeSource: 'edge', flags: ['clock-unsynchronised', 'counter-reset'] });
  const json = JSON.parse(observationJson({ ...ROW, mantissa: null, scale: null, below: 10, quality }, 'UTC'));
  expect(json).toMatchObject({ value: null, lowerBound: 0, upperBound: 9 });
  expect(json).toMatchObject({ quality: ['clock-unsynchronised', 'counter-reset'], timeSource: 'edge' });
  expect(JSON.parse(observationJson(ROW, 'UTC'))).not.toHaveProperty('upperBound');
});
