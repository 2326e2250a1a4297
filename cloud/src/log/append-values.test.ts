import type { WireObservation } from '@meetbrug/protocols/delivery';
import { describe, expect, test } from 'vitest';
import { createTestLog, description, KEY, T0, value } from './test-log.ts';

describe('a count', () => {
  const COUNTS = 'brug_in.lus.aantal-fiets.telling-900s';
  const QUARTER_MS = 900_000;
  const counts = description({
    datastream: COUNTS,
    property: 'bicycle-count',
    direction: 'in',
    measuringPoint: { name: 'brug', label: 'Brug', longitude: 3.72, latitude: 51.05 },
    sensor: { name: 'lus', manufacturer: 'Maker', model: 'Lus' },
    procedure: { name: 'telling-900s', label: 'telling', intervalSeconds: 900 },
  });
  const counted = (text: string): WireObservation => [0, T0, T0 + QUARTER_MS, T0 + QUARTER_MS, text, 0];
  const stored = (store: ReturnType<typeof createTestLog>['store'], table: string) =>
    store.prepare(`SELECT mantissa, scale, below FROM ${table}`).all();
  const suppressed = (below: number) => ({ mantissa: null, scale: null, below });

  test('that is suppressed has a bound and no value in every table', () => {
    const { store, commit } = createTestLog();
    commit({ key: COUNTS, descriptions: [counts], uplinks: [[1, T0, [counted('<10')]]] });
    for (const table of ['log', 'series', 'latest']) expect(stored(store, table), table).toEqual([suppressed(10)]);
  });

  test('that is suppressed again is a duplicate; another bound or a number is a correction, kept in order', () => {
    const { store, commit } = createTestLog();
    commit({ key: COUNTS, descriptions: [counts], uplinks: [[1, T0, [counted('<10')]]] });
    expect(commit({ key: COUNTS, uplinks: [[2, T0, [counted('<10')]]] }).counts).toMatchObject({ duplicates: 1 });
    expect(commit({ key: COUNTS, uplinks: [[3, T0, [counted('12')]]] }).counts).toMatchObject({ corrections: 1 });
    expect(commit({ key: COUNTS, uplinks: [[4, T0, [counted('<5')]]] }).counts).toMatchObject({ corrections: 1 });
    expect(stored(store, 'log')).toEqual([suppressed(10), { mantissa: 12, scale: 0, below: null }, suppressed(5)]);
    expect(stored(store, 'earlier_version')).toEqual([suppressed(10), { mantissa: 12, scale: 0, below: null }]);
    expect(stored(store, 'series')).toEqual([suppressed(5)]);
    expect(commit({ key: COUNTS, uplinks: [[3, T0, [counted('<12')]]] }).counts.quarantined).toEqual({ conflict: 1 });
    expect(commit({ key: COUNTS, uplinks: [[1, T0, [counted('<10')]]] }).counts).toMatchObject({ duplicates: 1 });
  });
});

describe('a derived value', () => {
  test('keeps its inputs by name, whether or not they are there', () => {
    const { store, commit } = createTestLog();
    const input = 'meetpunt-1.sensor-9.globetemperatuur.momentaan';
    const derived: WireObservation = [
      0,
      T0,
      null,
      T0,
      '1.5',
      0,
      [
        [1, T0 - 5],
        [0, T0],
      ],
    ];
    commit({ others: [input], descriptions: [description()], uplinks: [[1, T0, [derived, value('1.6', 1)]]] });
    expect(store.prepare('SELECT inputs FROM log ORDER BY ordinal').all()).toEqual([
      {
        inputs: JSON.stringify([
          [input, T0 - 5],
          [KEY, T0],
        ]),
      },
      { inputs: null },
    ]);
  });

  test('that is refused is put aside with the names of its inputs', () => {
    const { store, commit } = createTestLog();
    const suppressedTemperature: WireObservation = [0, T0, null, T0, '<10', 0, [[0, T0 - 5]]];
    const outcome = commit({ descriptions: [description()], uplinks: [[1, T0, [suppressedTemperature]]] });
    expect(outcome.acknowledgement?.refused).toEqual([[1, 0, 'outside-range']]);
    const raw = store.prepare<[], { raw: Buffer }>('SELECT raw FROM quarantine').get()?.raw.toString();
    expect(JSON.parse(raw ?? '')).toMatchObject({
      observation: suppressedTemperature,
      inputs: [{ datastream: KEY, beginMs: T0 - 5 }],
    });
  });
});

describe('what several datastreams say of one measuring point', () => {
  test('settles instead of taking turns, and heights are no part of it', () => {
    const { store, commit } = createTestLog();
    const second = 'meetpunt-1.sensor-2.luchttemperatuur.momentaan';
    const other = { name: 'sensor-2', manufacturer: 'Milesight', model: 'EM300-TH' };
    const say = (version: number, label: string, mountingHeightMetres: number, isSecond: boolean) =>
      commit({
        descriptions: [
          description({
            version,
            measuringPoint: { name: 'meetpunt-1', label, longitude: 3.72, latitude: 51.05, mountingHeightMetres },
            ...(isSecond ? { datastream: second, sensor: other } : {}),
          }),
        ],
        uplinks: [],
      });
    for (let round = 1; round <= 4; round++) {
      say(round, 'Plein', 2 + round, false);
      say(round, 'Het plein', 10 + round, true);
    }
    const versions = (path: string) =>
      store
        .prepare<[string], { version: number }>('SELECT version FROM entity_log WHERE path = ? ORDER BY ordinal')
        .all(path)
        .map(({ version }) => version);
    expect(versions('meetpunt/meetpunt-1')).toEqual([1, 2]);
    expect(versions(`datastream/${KEY}`)).toEqual([1, 2, 3, 4]);
    expect(versions(`datastream/${second}`)).toEqual([1, 2, 3, 4]);
  });
});
