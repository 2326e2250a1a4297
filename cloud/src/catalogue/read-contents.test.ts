import { describe, expect, test } from 'vitest';
import type { Store } from '../log/open-store.ts';
import { createTestLog, description, T0, value } from '../log/test-log.ts';
import { openTestStore } from '../log/test-store.ts';
import { createContentsReader } from './read-contents.ts';

const MINUTE_MS = 60_000;
const HUMIDITY = 'meetpunt-2.sensor-1.relatieve-luchtvochtigheid.momentaan';

describe('the contents of a stream', () => {
  test('are what its datastreams say, and the period of its values', () => {
    const { store, commit } = createTestLog();
    const elsewhere = { name: 'meetpunt-2', label: 'Meetpunt 2', longitude: 3.7, latitude: 51.1 };
    commit({
      others: [HUMIDITY],
      descriptions: [
        description(),
        description({ datastream: HUMIDITY, property: 'relative-humidity', measuringPoint: elsewhere }),
      ],
      uplinks: [[1, T0, [value('21.5', 5), value('21.6', 2)]]],
    });
    commit({ uplinks: [[2, T0, [value('21.7', 9)]]] }, T0 + MINUTE_MS);
    const contentsOf = createContentsReader(store, [])();
    expect(contentsOf('demo', 'heat-stress')).toEqual({
      issuedMs: T0,
      modifiedMs: T0 + MINUTE_MS,
      period: { fromMs: T0 + 2 * MINUTE_MS, untilMs: T0 + 9 * MINUTE_MS },
      box: { west: 3.7, south: 51.05, east: 3.72, north: 51.1 },
      properties: ['air-temperature', 'relative-humidity'],
      licences: ['https://example.org/licence'],
    });
    expect(contentsOf('demo', 'sensors')).toEqual({
      issuedMs: T0,
      modifiedMs: T0,
      box: { west: 3.7, south: 51.05, east: 3.72, north: 51.1 },
      properties: [],
      licences: ['https://example.org/licence'],
    });
  });

  test('are nothing where nothing was published', () => {
    const { store } = openTestStore();
    expect(createContentsReader(store, [])()('demo', 'mobility')).toEqual({ properties: [], licences: [] });
  });
});

/** A stream with one value, from a datastream that says where it is. */
function addStream(store: Store, id: number, organisation: string, longitude: number, beginMs: number): void {
  const body = JSON.stringify(
    description({
      measuringPoint: { name: 'm', label: 'm', longitude, latitude: 51 },
      licence: `https://${organisation}.example`,
    }),
  );
  store
    .prepare('INSERT INTO stream (id, organisation, name, next_ordinal, last_stamp_ms) VALUES (?, ?, ?, 1, ?)')
    .run(id, organisation, 'heat-stress', beginMs);
  store.prepare('INSERT INTO description (id, datastream, body) VALUES (?, ?, ?)').run(id, id, body);
  store
    .prepare('INSERT INTO datastream (id, organisation, key, edge, stream, description) VALUES (?, ?, ?, ?, ?, ?)')
    .run(id, organisation, 'key', 'edge', id, id);
  store
    .prepare(
      'INSERT INTO latest (datastream, begin_ms, end_ms, result_ms, quality, revision, stamp_ms) VALUES (?, ?, ?, 0, 0, 1, 0)',
    )
    .run(id, beginMs, beginMs + MINUTE_MS);
  store
    .prepare(
      `INSERT INTO log (stream, ordinal, stamp_ms, datastream, description, begin_ms, result_ms, received_ms, quality, revision,
        render_version) VALUES (?, 0, ?, ?, ?, ?, 0, 0, 0, 1, 1)`,
    )
    .run(id, beginMs, id, id, beginMs);
}

test('the contents of a stream of all organisations are those of the streams that enter it', () => {
  const { store } = openTestStore();
  addStream(store, 1, 'demo', 3.7, T0);
  addStream(store, 2, 'other', 3.8, T0 + MINUTE_MS);
  addStream(store, 3, 'private', 9, T0 + 9 * MINUTE_MS);
  store
    .prepare(
      "INSERT INTO stream (id, organisation, name, next_ordinal, last_stamp_ms) VALUES (4, 'all', 'heat-stress', 2, ?)",
    )
    .run(T0 + MINUTE_MS);
  const enter = store.prepare('INSERT INTO all_log VALUES (4, ?, ?, ?, 0)');
  enter.run(0, T0, 1);
  enter.run(1, T0 + MINUTE_MS, 2);
  expect(createContentsReader(store, ['private/heat-stress'])()('all', 'heat-stress')).toEqual({
    issuedMs: T0,
    modifiedMs: T0 + MINUTE_MS,
    period: { fromMs: T0, untilMs: T0 + 2 * MINUTE_MS },
    box: { west: 3.7, south: 51, east: 3.8, north: 51 },
    properties: ['air-temperature'],
    licences: ['https://demo.example', 'https://other.example'],
  });
});
