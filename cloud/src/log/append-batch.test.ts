import { BODY_ENCODINGS } from '@meetbrug/protocols/delivery';
import { describe, expect, test } from 'vitest';
import { commitGroup } from './commit-group.ts';
import { createTestLog, description, EPOCH, KEY, T0, type TestBatch, value } from './test-log.ts';

describe('a committed batch', () => {
  test('gives its observations dense ordinals and one stamp', () => {
    const { commit, members } = createTestLog();
    commit({
      descriptions: [description()],
      uplinks: [
        [1, T0, [value('1.5'), value('1.6', 1)]],
        [2, T0, [value('1.7', 2)]],
      ],
    });
    commit({ uplinks: [[3, T0, [value('1.8', 3)]]] }, T0 + 10);
    expect(members()).toEqual([
      { ordinal: 0, mantissa: 15, revision: 1, stamp_ms: T0 },
      { ordinal: 1, mantissa: 16, revision: 1, stamp_ms: T0 },
      { ordinal: 2, mantissa: 17, revision: 2, stamp_ms: T0 },
      { ordinal: 3, mantissa: 18, revision: 3, stamp_ms: T0 + 10 },
    ]);
  });

  test('that comes again leaves no trace but its count', () => {
    const { commit, members } = createTestLog();
    const batch: TestBatch = { descriptions: [description()], uplinks: [[1, T0, [value('1.5')]]] };
    commit(batch);
    const again = commit(batch);
    expect(again.counts).toMatchObject({ committed: 0, published: 0, duplicates: 1 });
    expect(again.acknowledgement?.acknowledged).toEqual([[1, 1]]);
    expect(members()).toHaveLength(1);
  });

  test('corrects in series and latest, and keeps both versions in the log', () => {
    const { commit, members, store } = createTestLog();
    commit({ descriptions: [description()], uplinks: [[1, T0, [value('1.5')]]] });
    const { counts } = commit({ uplinks: [[2, T0, [value('1.9')]]] });
    expect(counts).toMatchObject({ committed: 1, corrections: 1 });
    expect(members().map(({ mantissa }) => mantissa)).toEqual([15, 19]);
    expect(store.prepare('SELECT mantissa, revision FROM series').all()).toEqual([{ mantissa: 19, revision: 2 }]);
    expect(store.prepare('SELECT mantissa, revision FROM latest').all()).toEqual([{ mantissa: 19, revision: 2 }]);
  });

  test('with late data leaves latest at the greatest phenomenon time', () => {
    const { commit, store } = createTestLog();
    commit({
      descriptions: [description()],
      uplinks: [
        [1, T0, [value('1.5', 10)]],
        [2, T0, [value('9.9', 5)]],
      ],
    });
    expect(store.prepare('SELECT mantissa FROM latest').all()).toEqual([{ mantissa: 15 }]);
  });

  test('puts a conflict aside and takes the rest', () => {
    const { commit, store } = createTestLog();
    commit({ descriptions: [description()], uplinks: [[1, T0, [value('1.5')]]] });
    const outcome = commit({ uplinks: [[1, T0, [value('1.6'), value('1.7', 1)]]] });
    expect(outcome.acknowledgement).toMatchObject({ acknowledged: [[1, 1]], refused: [[1, 0, 'conflict']] });
    expect(outcome.counts).toMatchObject({ committed: 1, quarantined: { conflict: 1 } });
    const raw = store.prepare<[], { raw: Buffer }>('SELECT raw FROM quarantine').get()?.raw.toString();
    expect(JSON.parse(raw ?? '')).toMatchObject({ sequence: 1, observation: value('1.6') });
  });

  test('asks for a description it lacks and leaves the whole uplink with the edge', () => {
    const { commit, members } = createTestLog();
    const outcome = commit({ uplinks: [[4, T0, [value('1.5')]]] });
    expect(outcome.acknowledgement).toMatchObject({ acknowledged: [], describe: [[KEY, 1]] });
    expect(members()).toEqual([]);
  });

  test('of another edge than the owner is refused', () => {
    const { commit, members } = createTestLog();
    commit({ descriptions: [description()], uplinks: [[1, T0, [value('1.5')]]] });
    const changed = description({ licence: 'https://example.org/other' });
    const outcome = commit({ edge: 'edge-b', descriptions: [changed], uplinks: [[1, T0, [value('7.7', 1)]]] });
    expect(outcome.acknowledgement).toMatchObject({ acknowledged: [[1, 1]], refused: [[1, 0, 'not-owner']] });
    expect(members()).toHaveLength(1);
  });

  test('with a description of an unknown property refuses that datastream only', () => {
    const { commit } = createTestLog();
    const outcome = commit({
      descriptions: [description({ property: 'wind-speed' })],
      uplinks: [[1, T0, [value('1')]]],
    });
    expect(outcome.acknowledgement).toMatchObject({ acknowledged: [[1, 1]], refused: [[1, 0, 'unknown-property']] });
  });

  test('of a new outbox whose versions start at 1 again does not change what was published', () => {
    const { commit, store } = createTestLog();
    commit({ descriptions: [description()], uplinks: [[1, T0, [value('1.5')]]] });
    const moved = description({ licence: 'https://example.org/other', validFromMs: T0 });
    commit({ epoch: 'ffffffffffffffff', descriptions: [moved], uplinks: [[2, T0, [value('1.6', 1)]]] });
    const licences = store
      .prepare<[], { body: string }>(
        'SELECT description.body FROM log JOIN description ON description.id = log.description ORDER BY ordinal',
      )
      .all()
      .map(({ body }) => JSON.parse(body).licence);
    expect(licences).toEqual(['https://example.org/licence', 'https://example.org/other']);
  });

  test('publishes an entity again only when its text changed', () => {
    const { commit, store } = createTestLog();
    const count = () =>
      store.prepare<[], { ordinal: number }>('SELECT ordinal FROM entity_log ORDER BY ordinal').all().length;
    const first = commit({ descriptions: [description()], uplinks: [] });
    expect(first.counts.published).toBe(count());
    const renamed = { name: 'meetpunt-1', label: 'Andere naam', longitude: 3.72, latitude: 51.05 };
    const second = commit({ descriptions: [description({ version: 2, measuringPoint: renamed })], uplinks: [] });
    expect(second.counts.published).toBe(1);
    expect(count()).toBe(first.counts.published + 1);
  });

  test('is welcomed back with what the cloud knows', () => {
    const { commit, log } = createTestLog();
    expect(log.progress.welcome('edge-a')).toMatchObject({ last: null, highestSequence: 0 });
    commit({ descriptions: [description()], uplinks: [[7, T0, [value('1.5')]]] });
    commit({ uplinks: [[3, T0, [value('1.6', 1)]]] });
    expect(log.progress.welcome('edge-a')).toMatchObject({ last: { epoch: EPOCH, sequence: 7 }, highestSequence: 7 });
    commit({ epoch: 'ffffffffffffffff', descriptions: [description()], uplinks: [[5, T0, [value('1.7', 2)]]] });
    expect(log.progress.welcome('edge-a')).toMatchObject({ last: { sequence: 5 }, highestSequence: 7 });
  });

  test('keeps stamps in order when the clock steps back, and stops when it is far behind', () => {
    const { commit, members } = createTestLog();
    commit({ descriptions: [description()], uplinks: [[1, T0, [value('1.5')]]] }, T0);
    commit({ uplinks: [[2, T0, [value('1.6', 1)]]] }, T0 - 60_000);
    expect(members().map(({ stamp_ms }) => stamp_ms)).toEqual([T0, T0]);
    expect(() => commit({ uplinks: [[3, T0, [value('1.7', 2)]]] }, T0 - 60_001)).toThrow('behind the last commit');
    expect(members()).toHaveLength(2);
  });
});

describe('a batch that cannot be read', () => {
  const deliver = (body: Uint8Array) => {
    const { store, streams, log } = createTestLog();
    const group = commitGroup(store, streams, log, [{ edge: 'edge-a', organisation: 'demo', body }], T0);
    const rows = store.prepare<[], { reason: string; raw: Buffer }>('SELECT reason, raw FROM quarantine').all();
    return { outcome: group.ok ? group.value.outcomes[0] : undefined, rows };
  };

  test('is kept whole with its reason', () => {
    const body = Buffer.from([1, 2, 3]);
    const { outcome, rows } = deliver(body);
    expect(outcome).toMatchObject({ acknowledgement: undefined, counts: { quarantined: { 'bad-compression': 1 } } });
    expect(rows).toEqual([{ reason: 'bad-compression', raw: body }]);
  });

  test('is acknowledged where its uplinks can be named, so that it is not sent for ever', () => {
    const text = JSON.stringify({ epoch: EPOCH, uplinks: [[1], [2], [9]] });
    const { outcome } = deliver(Buffer.concat([Buffer.from([BODY_ENCODINGS.json]), Buffer.from(text)]));
    expect(outcome?.acknowledgement?.acknowledged).toEqual([
      [1, 2],
      [9, 9],
    ]);
  });
});
