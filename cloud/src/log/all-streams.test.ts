import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AllStreamSettings, openAllStreams } from './all-streams.ts';
import type { Store } from './open-store.ts';
import { STORE_SCHEMA } from './schema.ts';

const THEME = 'heat-stress';
const CONFIGURED = { themes: [THEME], without: [] };

interface AllRow {
  ordinal: number;
  stamp_ms: number;
  source_stream: number;
  source_ordinal: number;
}

function openInMemory(): Store {
  const store = new Database(':memory:');
  store.exec(STORE_SCHEMA);
  return store;
}

/** A store whose streams get members without observations: only the columns that the filling reads matter. */
function createTestStreams(store: Store, settings: AllStreamSettings) {
  const { streams, all } = openAllStreams(store, settings);
  const insert = store.prepare(
    `INSERT INTO log (stream, ordinal, stamp_ms, datastream, description, begin_ms, result_ms, received_ms, quality,
       revision, render_version) VALUES (?, ?, ?, 1, 1, 0, 0, 0, 0, 1, 4)`,
  );
  const commit = store.transaction((organisation: string, members: number, stampMs: number) => {
    const stream = streams.open(organisation, THEME);
    for (let member = 0; member < members; member += 1) {
      insert.run(stream.id, streams.append(stream, stampMs), stampMs);
    }
    streams.saveHeads();
  });
  const fillStep = store.transaction(() => {
    const goesOn = all.fill();
    streams.saveHeads();
    return goesOn;
  });
  const fill = () => {
    while (fillStep());
  };
  return { streams, commit, fillStep, fill };
}

function rowsOf(store: Store): AllRow[] {
  return store
    .prepare<[], AllRow>('SELECT ordinal, stamp_ms, source_stream, source_ordinal FROM all_log ORDER BY ordinal')
    .all();
}

function expectDenseAndRising(rows: readonly AllRow[]): void {
  expect(rows.map(({ ordinal }) => ordinal)).toEqual(rows.map((_, index) => index));
  expect(rows.map(({ stamp_ms }) => stamp_ms)).toEqual(rows.map(({ stamp_ms }) => stamp_ms).toSorted((a, b) => a - b));
}

test('what was there before enters in the order of stamp, stream and ordinal, what comes later in its commit', () => {
  const store = openInMemory();
  const before = createTestStreams(store, { themes: [], without: [] });
  before.commit('b', 2, 100);
  before.commit('a', 2, 100);
  before.commit('b', 1, 200);
  const streams = createTestStreams(store, CONFIGURED);
  expect(rowsOf(store)).toEqual([]);
  streams.fill();
  streams.commit('a', 1, 300);
  const found = rowsOf(store).map((row) => [row.stamp_ms, row.source_stream, row.source_ordinal]);
  const b = 1;
  const a = 2;
  expect(found).toEqual([
    [100, b, 0],
    [100, b, 1],
    [100, a, 0],
    [100, a, 1],
    [200, b, 2],
    [300, a, 2],
  ]);
  store.close();
});

test('is not live before it holds everything', () => {
  const store = openInMemory();
  createTestStreams(store, { themes: [], without: [] }).commit('a', 7_000, 100);
  const { streams, fillStep } = createTestStreams(store, CONFIGURED);
  const isLive = () => streams.open('all', THEME).live;
  expect(isLive()).toBe(false);
  fillStep();
  expect(isLive()).toBe(false);
  expect(rowsOf(store)).toHaveLength(5_000);
  fillStep();
  expect(isLive()).toBe(true);
  expect(fillStep()).toBe(false);
  store.close();
});

test('an organisation that stays out enters from the moment it is let in', () => {
  const store = openInMemory();
  const without = createTestStreams(store, { themes: [THEME], without: [`private/${THEME}`] });
  without.fill();
  without.commit('private', 3, 100);
  without.commit('open', 1, 200);
  expect(rowsOf(store)).toHaveLength(1);
  const all = createTestStreams(store, CONFIGURED);
  all.fill();
  all.commit('private', 1, 300);
  expect(rowsOf(store).map(({ stamp_ms }) => stamp_ms)).toEqual([200, 300]);
  store.close();
});

const PRIVATE = { themes: [THEME], without: [`a/${THEME}`] };

test.each([
  ['while the stream of all organisations takes members', PRIVATE],
  ['while it is not configured', { themes: [], without: PRIVATE.without }],
])('what a stream gains %s and the stream stays out never enters, whatever is configured later', (_, out) => {
  const store = openInMemory();
  const before = createTestStreams(store, CONFIGURED);
  before.fill();
  before.commit('a', 2, 100);
  const during = createTestStreams(store, out);
  during.fill();
  during.commit('a', 3, 200);
  during.commit('new', 1, 200);
  // A start that says no more than the one before.
  createTestStreams(store, out).commit('a', 1, 250);
  for (const settings of [{ themes: [], without: [] }, CONFIGURED]) createTestStreams(store, settings).fill();
  const after = createTestStreams(store, CONFIGURED);
  after.fill();
  after.commit('a', 1, 300);
  const a = store.prepare("SELECT id FROM stream WHERE organisation = 'a'").pluck().get();
  const entered = rowsOf(store).filter(({ source_stream }) => source_stream === a);
  expect(entered.map(({ stamp_ms }) => stamp_ms)).toEqual([100, 100, 300]);
  expectDenseAndRising(rowsOf(store));
  store.close();
});

test('a stream that came into being while it stays out has nothing to enter later', () => {
  const store = openInMemory();
  createTestStreams(store, { themes: [], without: [`late/${THEME}`] }).commit('late', 5, 100);
  const later = createTestStreams(store, CONFIGURED);
  later.fill();
  expect(rowsOf(store)).toEqual([]);
  later.commit('late', 1, 200);
  expect(rowsOf(store)).toHaveLength(1);
  store.close();
});

type Event =
  | { kind: 'commit'; organisation: number; members: number; laterMs: number }
  | { kind: 'start'; on: boolean }
  | { kind: 'step' };

const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({
    kind: fc.constant('commit' as const),
    organisation: fc.nat({ max: 2 }),
    members: fc.constantFrom(1, 3, 180),
    laterMs: fc.nat({ max: 2 }),
  }),
  fc.record({ kind: fc.constant('start' as const), on: fc.boolean() }),
  fc.constant({ kind: 'step' } as const),
);

test('whenever it is configured, taken out or interrupted, each member enters once and stamps never fall', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 14 }), (events) => {
      const store = openInMemory();
      let streams = createTestStreams(store, { themes: [], without: [] });
      let stampMs = 1;
      for (const one of events) {
        if (one.kind === 'start') streams = createTestStreams(store, one.on ? CONFIGURED : { themes: [], without: [] });
        else if (one.kind === 'step') streams.fillStep();
        else {
          stampMs += one.laterMs;
          streams.commit(`organisation-${one.organisation}`, one.members, stampMs);
        }
        expectDenseAndRising(rowsOf(store));
      }
      createTestStreams(store, CONFIGURED).fill();
      const rows = rowsOf(store);
      expectDenseAndRising(rows);
      const logged = store.prepare<[], { stream: number; ordinal: number }>('SELECT stream, ordinal FROM log').all();
      const entered = rows.map(({ source_stream, source_ordinal }) => `${source_stream}/${source_ordinal}`);
      expect(entered.toSorted()).toEqual(logged.map(({ stream, ordinal }) => `${stream}/${ordinal}`).toSorted());
      store.close();
    }),
    { numRuns: 60, seed: 20_261_124 },
  );
});
