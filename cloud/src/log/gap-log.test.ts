import type { WireGap } from '@meetbrug/protocols/delivery';
import { describe, expect, test } from 'vitest';
import { createTestLog, description, KEY, T0, value } from './test-log.ts';

type TestLog = ReturnType<typeof createTestLog>;

const HOUR_MS = 3_600_000;

/** The gaps that the `sensors` stream says, in its order. */
function published({ store }: TestLog) {
  return store
    .prepare<[], { path: string; version: number; body: string }>(
      "SELECT path, version, body FROM entity_log WHERE path LIKE 'hiaat/%' ORDER BY ordinal",
    )
    .all()
    .map(({ path, version, body }) => ({ path, version, ...JSON.parse(body) }));
}

const counted = ({ store }: TestLog) =>
  store
    .prepare<[], { subject: string; reason: string; observations: number; pending: number }>(
      'SELECT subject, reason, observations, pending FROM gap ORDER BY subject, reason',
    )
    .all();

describe('a gap that an edge reports', () => {
  test('is published with its commit, as an entity of its own', () => {
    const log = createTestLog();
    const { counts, acknowledgement } = log.commit({
      descriptions: [description()],
      uplinks: [[1, T0, [], [[0, 'dropped', 40, T0 - HOUR_MS, T0]]]],
    });
    const said = { subject: KEY, reason: 'dropped', observations: 40, firstMs: T0 - HOUR_MS, lastMs: T0 };
    expect(published(log)).toEqual([{ path: `hiaat/${KEY}/dropped/${T0}`, version: 1, kind: 'gap', ...said }]);
    expect(counted(log)).toEqual([{ subject: KEY, reason: 'dropped', observations: 40, pending: 0 }]);
    expect(counts.gaps).toEqual({ dropped: 40 });
    expect(acknowledgement?.acknowledged).toEqual([[1, 1]]);
  });

  test('is published and counted once, under whatever sequence and epoch it comes again', () => {
    const log = createTestLog();
    const report: WireGap[] = [[0, 'thinned', 7, T0, T0]];
    log.commit({ descriptions: [description()], uplinks: [[1, T0, [], report]] });
    for (const again of [{ sequence: 1 }, { sequence: 9 }, { sequence: 20, epoch: 'ffffffffffffffff' }]) {
      const { sequence, ...epoch } = again;
      const { counts } = log.commit({ ...epoch, descriptions: [description()], uplinks: [[sequence, T0, [], report]] });
      expect(counts.gaps).toEqual({});
    }
    expect(published(log)).toHaveLength(1);
    expect(counted(log)).toMatchObject([{ observations: 7 }]);
  });

  test('of a later moment is another gap, and the counts add up', () => {
    const log = createTestLog();
    log.commit({
      descriptions: [description()],
      uplinks: [
        [1, T0, [], [[0, 'expired', 3, T0, T0]]],
        [2, T0 + 1, [], [[0, 'expired', 4, T0 - 5, T0 + 5]]],
      ],
    });
    expect(published(log)).toHaveLength(2);
    expect(counted(log)).toMatchObject([{ observations: 7 }]);
  });

  test.each<[string, number | null, object]>([
    ['of a datastream that the edge does not know any more', null, {}],
    ['of a datastream that belongs to another edge', 0, { edge: 'edge-b' }],
  ])('%s is a gap in what the edge delivers', (_, index, { edge = 'edge-a' }: { edge?: string }) => {
    const log = createTestLog();
    log.commit({ descriptions: [description()], uplinks: [] });
    log.commit({ edge, uplinks: [[5, T0, [], [[index, 'damaged', 2, T0, T0]]]] });
    expect(published(log)).toMatchObject([
      { path: `hiaat/poort/${edge}/damaged/${T0}`, subject: `poort/${edge}`, observations: 2 },
    ]);
  });

  test('counted under two descriptions of one datastream is one gap', () => {
    const log = createTestLog();
    log.commit({
      others: [KEY],
      descriptions: [description()],
      uplinks: [
        [
          1,
          T0,
          [],
          [
            [0, 'dropped', 2, T0, T0 + 5],
            [1, 'dropped', 3, T0 - 5, T0],
          ],
        ],
      ],
    });
    expect(published(log)).toMatchObject([{ observations: 5, firstMs: T0 - 5, lastMs: T0 + 5 }]);
  });

  test('waits with its edge until its datastream is described', () => {
    const log = createTestLog();
    const { acknowledgement } = log.commit({ uplinks: [[1, T0, [], [[0, 'dropped', 1, T0, T0]]]] });
    expect(acknowledgement).toMatchObject({ acknowledged: [], describe: [[KEY, 1]] });
    expect(published(log)).toEqual([]);
  });

  test('that counts more than a number holds stays readable', () => {
    const log = createTestLog();
    const most = Number.MAX_SAFE_INTEGER;
    for (const sequence of [1, 2]) {
      log.commit({
        descriptions: [description()],
        uplinks: [[sequence, T0 + sequence, [], [[0, 'dropped', most, 1, 1]]]],
      });
    }
    expect(counted(log)).toMatchObject([{ observations: most }]);
  });
});

describe('what the cloud does not publish', () => {
  /** One observation with a value, and then so many older revisions with others. */
  function supersede(log: TestLog, revisions: readonly number[], nowMs: number) {
    return log.commit(
      { uplinks: revisions.map((revision) => [revision, T0, [value(`${revision}.5`)]] as const) },
      nowMs,
    );
  }
  function logWithNewest(): TestLog {
    const log = createTestLog();
    log.commit({ descriptions: [description()], uplinks: [[100, T0, [value('45.5')]]] });
    return log;
  }

  test('because a newer version is known is a gap, at most once a minute, and no observation is left out', () => {
    const log = logWithNewest();
    supersede(log, [1, 2], T0 + 1_000);
    supersede(log, [3], T0 + 2_000);
    supersede(log, [4], T0 + 60_999);
    expect(published(log).map(({ observations }) => observations)).toEqual([2]);
    log.commit({ uplinks: [] }, T0 + 61_000);
    expect(published(log)).toMatchObject([
      { path: `hiaat/${KEY}/superseded/${T0 + 1_000}`, observations: 2, firstMs: T0, lastMs: T0 },
      { path: `hiaat/${KEY}/superseded/${T0 + 61_000}`, observations: 2 },
    ]);
    expect(counted(log)).toEqual([{ subject: KEY, reason: 'superseded', observations: 4, pending: 0 }]);
  });

  test('is counted once, however often it comes', () => {
    const log = logWithNewest();
    supersede(log, [5], T0);
    const { counts } = supersede(log, [5, 5 + 1], T0);
    expect(counts).toMatchObject({ duplicates: 1, superseded: 1, gaps: { superseded: 1 } });
    expect(counted(log)).toMatchObject([{ observations: 2 }]);
  });

  test('because it was refused is a gap in its datastream', () => {
    const log = createTestLog();
    const batch = { descriptions: [description()], uplinks: [[1, T0, [value('900'), value('21', 1)]]] } as const;
    expect(log.commit(batch).counts).toMatchObject({ committed: 1, gaps: { refused: 1 } });
    expect(log.commit(batch).counts.gaps).toEqual({});
    expect(published(log)).toMatchObject([{ subject: KEY, reason: 'refused', observations: 1, firstMs: T0 }]);
  });

  test('because its datastream is another edge’s is a gap in what the edge delivers', () => {
    const log = createTestLog();
    log.commit({ descriptions: [description()], uplinks: [] });
    log.commit({ edge: 'edge-b', uplinks: [[1, T0, [value('21')]]] });
    expect(published(log)).toMatchObject([{ subject: 'poort/edge-b', reason: 'refused' }]);
  });
});
