import { BODY_ENCODINGS } from '@meetbrug/protocols/delivery';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { createPageSource } from '../ldes/page-source.ts';
import { STORE_OF_VERSION_1 } from '../testing/store-of-version-1.ts';
import { createSeriesReader } from '../timeseries/read-series.ts';
import { createBatchLog } from './append-batch.ts';
import { commitGroup } from './commit-group.ts';
import { openStoreForReading, openStoreForWriting, type Store } from './open-store.ts';
import { STORE_VERSION } from './schema.ts';
import { createStreamTable } from './streams.ts';
import { makeTestFile, openTestStore } from './test-store.ts';
import { createViewTable } from './views.ts';

const TABLES = [
  'log',
  'series',
  'earlier_version',
  'latest',
  'entity',
  'entity_log',
  'datastream',
  'quarantine',
  'gap',
  'stream',
  'view',
  'all_log',
  'all_source',
  'cold_month',
  'stream_cutoff',
  'outside_stream',
  'outside_log',
  'outside_member',
  'outside_cursor',
  'all_bar',
];
const BASE = 'https://data.example.be';
const BEGIN = Date.UTC(2026, 6, 1, 12);
const KEY = 'ws-012.sht85.luchttemperatuur.momentaan';

function fileOfVersion1(): string {
  const file = makeTestFile();
  const store = new Database(file);
  store.exec(STORE_OF_VERSION_1);
  store.close();
  return file;
}

/** Delivers a version of the observation that the store has, flagged and with an input. */
function deliver(store: Store, sequence: number, value: string) {
  const streams = createStreamTable(store);
  const log = createBatchLog(store, streams, 1_000_000);
  const batch = {
    version: 1,
    epoch: '00112233445566aa',
    datastreams: [[KEY, 1]],
    descriptions: [],
    uplinks: [[sequence, BEGIN, [[0, BEGIN, null, BEGIN, value, 8, [[0, BEGIN - 1]]]]]],
  };
  const body = Buffer.concat([Buffer.of(BODY_ENCODINGS.json), Buffer.from(JSON.stringify(batch))]);
  const delivery = { edge: 'edge-a', organisation: 'demo', body };
  const group = commitGroup(store, streams, log, [delivery], BEGIN + 10_000);
  return group.ok ? group.value.outcomes[0]?.counts : undefined;
}

function columnsOf(store: Store) {
  return Object.fromEntries(TABLES.map((table) => [table, store.pragma(`table_info(${table})`)]));
}

/** The text of a page, two members each. */
function textOf(file: string, stream: string, path: string): string {
  const writing = openStoreForWriting(file);
  const view = { kind: 'by-page', name: 'by-page', pageSize: 2, fanOut: 250 } as const;
  createViewTable(writing, BASE).open(createStreamTable(writing).open('demo', stream), view, undefined);
  writing.close();
  const store = openStoreForReading(file);
  const feed = { organisation: 'demo', stream, title: 'x', pollingIntervalSeconds: 5 };
  const feeds = new Map([[`demo/${stream}`, feed]]);
  const source = createPageSource(store, { publicBaseUrl: BASE, feeds, allWithout: [] });
  const page = source.render({ organisation: 'demo', stream, view: 'by-page', path, format: 'ntriples' });
  store.close();
  if (page.kind !== 'page') throw new Error(`${path} is ${page.kind}`);
  return new TextDecoder().decode(page.bytes);
}

describe('a store of version 1', () => {
  test('opens, whole, with the columns of a new one', () => {
    const store = openStoreForWriting(fileOfVersion1());
    expect(store.pragma('user_version', { simple: true })).toBe(STORE_VERSION);
    expect(columnsOf(store)).toEqual(columnsOf(openTestStore().store));
    expect(store.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(store.prepare('SELECT mantissa, scale, below, inputs FROM log').all()).toEqual([
      { mantissa: 215, scale: 1, below: null, inputs: null },
      { mantissa: 216, scale: 1, below: null, inputs: null },
    ]);
    store.close();
  });

  test('has its series under the keys of this version, so that what comes again is known', () => {
    const store = openStoreForWriting(fileOfVersion1());
    const { rows } = createSeriesReader(store).observations({ datastream: 1, fromMs: 0, toMs: BEGIN + 1, limit: 10 });
    expect(rows).toMatchObject([{ beginMs: BEGIN, mantissa: 216, scale: 1, below: null, revision: 2 }]);
    expect(deliver(store, 2, '21.6')).toMatchObject({ duplicates: 1 });
    expect(deliver(store, 1, '21.5')).toMatchObject({ duplicates: 1 });
    expect(deliver(store, 3, '21.7')).toMatchObject({ corrections: 1 });
    store.close();
  });

  test('has its view as it was published, and knows where the newest values stand in the log', () => {
    const store = openStoreForWriting(fileOfVersion1());
    expect(createViewTable(store, BASE).list(1)).toEqual([
      {
        streamId: 1,
        definition: { kind: 'by-page', name: 'by-page', pageSize: 2, fanOut: 250 },
        retention: undefined,
        dropped: 0,
      },
    ]);
    expect(store.prepare('SELECT ordinal FROM latest').all()).toEqual([{ ordinal: 1 }]);
    expect(store.prepare('SELECT closed, live FROM stream').all()).toEqual([
      { closed: 0, live: 1 },
      { closed: 0, live: 1 },
    ]);
    store.close();
  });

  test('opens a second time as it is', () => {
    const file = fileOfVersion1();
    openStoreForWriting(file).close();
    const store = openStoreForWriting(file);
    expect(store.prepare('SELECT ordinal FROM log').all()).toHaveLength(2);
    store.close();
  });

  test('renders what it published as it did: flags were not published then, heights were on the point', () => {
    const file = fileOfVersion1();
    openStoreForWriting(file).close();
    const page = textOf(file, 'heat-stress', 'page/0');
    expect(page.match(/numericValue> "([^"]+)"/g)).toEqual(['numericValue> "21.5"', 'numericValue> "21.6"']);
    expect(page).not.toContain('resultQuality');
    expect(page).not.toContain('schema.org/position');
    const entities = textOf(file, 'sensors', 'page/0');
    expect(entities).toContain('"mounting-height"');
    expect(entities).not.toContain('EPSG/0/3812');
  });

  test('takes what version 1 could not, in the same series', () => {
    const file = fileOfVersion1();
    const store = openStoreForWriting(file);
    deliver(store, 3, '21.7');
    store.close();
    const page = textOf(file, 'heat-stress', 'page/1');
    expect(page).toContain('"21.7"');
    expect(page).toContain('<https://schema.org/position> "2"');
    expect(page).toContain('kwaliteitskenmerk/clock-unsynchronised');
    expect(page).toContain(`relatedObservation> <${BASE}/id/demo/observatie/${KEY}/2026-07-01T11:59:59.999Z>`);
  });

  test('that a migration cannot finish stays as it was', () => {
    const file = fileOfVersion1();
    const spoilt = new Database(file);
    spoilt.exec('ALTER TABLE entity ADD COLUMN said_by TEXT');
    spoilt.close();
    expect(() => openStoreForWriting(file)).toThrow('duplicate column');
    const store = new Database(file);
    expect(store.pragma('user_version', { simple: true })).toBe(1);
    expect(JSON.stringify(store.pragma('table_info(log)'))).not.toContain('below');
    expect(store.pragma('integrity_check', { simple: true })).toBe('ok');
    store.close();
  });
});
