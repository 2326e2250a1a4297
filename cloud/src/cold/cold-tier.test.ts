import { existsSync, rmSync } from 'node:fs';
import type { WireObservation } from '@meetbrug/protocols/delivery';
import { describe, expect, test } from 'vitest';
import { T0 } from '../log/test-log.ts';
import { coldFileOf, coldFolderOf, createColdMonthReader } from './cold-months.ts';
import type { ColdTierPorts } from './cold-tier.ts';
import type { ColdWork } from './cold-work.ts';
import { Crash, createTestTier } from './test-tier.ts';
import type { WriteStep } from './write-cold-file.ts';

type Uplink = [number, number, WireObservation[]];

/** One value of each of the two datastreams every hour, over the end of a month. */
function uplinks(hours: number, first = 0): Uplink[] {
  return Array.from({ length: hours }, (_, index) => {
    const beginMs = T0 + (first + index) * 3_600_000;
    const wire = (datastream: number): WireObservation => [
      datastream,
      beginMs,
      null,
      beginMs + 5,
      `${index % 40}.5`,
      0,
    ];
    return [first + index + 1, T0, [wire(0), wire(1)]];
  });
}

const HOURS = 900;
const fill = (tested: ReturnType<typeof createTestTier>) => tested.deliver({ uplinks: uplinks(HOURS) });

describe('a closed month', () => {
  test('leaves the store for a file and is read as before', async () => {
    const tested = createTestTier();
    fill(tested);
    const before = tested.observations();
    await tested.tier().run();
    expect(tested.hotRows()).toBe(0);
    expect(tested.observations()).toEqual(before);
    const months = createColdMonthReader(tested.store).list();
    expect(months).toMatchObject([
      { organisation: 'demo', month: '2026-07', rows: 2 * 732, dropping: false },
      { organisation: 'demo', month: '2026-08', rows: 2 * 168, dropping: false },
    ]);
    for (const { organisation, month } of months) {
      expect(existsSync(coldFileOf(coldFolderOf(tested.store), organisation, month))).toBe(true);
    }
  });

  test('is known when it is delivered again, under another epoch too', async () => {
    const tested = createTestTier();
    fill(tested);
    await tested.tier().run();
    const members = tested.members().length;
    expect(tested.deliver({ uplinks: uplinks(100) }).counts).toMatchObject({ committed: 0, duplicates: 200 });
    const epoch = 'ffeeddccbbaa9988';
    expect(tested.deliver({ epoch, uplinks: uplinks(100) }).counts).toMatchObject({ committed: 0, duplicates: 200 });
    expect(tested.members()).toHaveLength(members);
    expect(tested.hotRows()).toBe(0);
  });

  test('takes corrections and late values in the store, and the file when they are more than 1 %', async () => {
    const tested = createTestTier();
    fill(tested);
    await tested.tier().run();
    const corrected = (hour: number): Uplink => [
      5_000 + hour,
      T0,
      [[0, T0 + hour * 3_600_000, null, T0 + hour * 3_600_000, '49.5', 0]],
    ];
    const late: Uplink = [4_000, T0, [[0, T0 + 1_000, null, T0 + 1_000, '1.5', 0]]];
    expect(tested.deliver({ uplinks: [late, corrected(3)] }).counts).toMatchObject({ committed: 2, corrections: 1 });
    await tested.tier().run();
    expect(tested.hotRows()).toBe(2);
    const shown = () =>
      tested
        .observations()[0]
        ?.slice(0, 5)
        .map(({ mantissa, scale }) => (mantissa ?? 0) / 10 ** (scale ?? 0));
    expect(shown()).toEqual([0.5, 1.5, 1.5, 2.5, 49.5]);
    expect(tested.deliver({ uplinks: [corrected(3)] }).counts).toMatchObject({ duplicates: 1 });

    tested.deliver({ uplinks: Array.from({ length: 14 }, (_, index) => corrected(20 + index)) });
    const before = tested.observations();
    await tested.tier().run();
    expect(tested.hotRows()).toBe(0);
    expect(tested.observations()).toEqual(before);
    expect(createColdMonthReader(tested.store).find('demo', '2026-07')?.rows).toBe(2 * 732 + 1);
  });

  test('that another program left a file of is set aside, not overwritten', async () => {
    const tested = createTestTier();
    fill(tested);
    const other = createTestTier();
    other.deliver({ uplinks: uplinks(3) });
    await tested.tier().run();
    const file = coldFileOf(coldFolderOf(tested.store), 'demo', '2026-07');
    tested.store.exec('DELETE FROM cold_month');
    tested.deliver({ uplinks: uplinks(3) });
    await tested.tier().run();
    expect(existsSync(`${file}.before`)).toBe(true);
  });
});

test('a file that was taken away is named', async () => {
  const tested = createTestTier();
  fill(tested);
  await tested.tier().run();
  const file = coldFileOf(coldFolderOf(tested.store), 'demo', '2026-07');
  rmSync(file);
  await expect(tested.tier().run()).rejects.toThrow(`${file} is gone`);
  // Whether this is known nobody can say: it is kept aside, and what can be decided is.
  const counts = tested.deliver({ uplinks: [...uplinks(1), ...uplinks(1, 2_000)] }).counts;
  expect(counts).toMatchObject({ committed: 2, quarantined: { conflict: 2 } });
});

test('rows leave the store only when no read is under way that does not know of their file', async () => {
  const tested = createTestTier();
  fill(tested);
  const rowsThen: number[] = [];
  await tested
    .tier({
      readersPast() {
        rowsThen.push(tested.hotRows());
        return Promise.resolve();
      },
    })
    .run();
  expect(rowsThen).toEqual([2 * HOURS, 2 * 168]);
});

type Crashing = (tested: ReturnType<typeof createTestTier>) => Partial<ColdTierPorts>;

const atStep =
  (step: WriteStep, round = 1): Crashing =>
  () => {
    let seen = 0;
    return {
      onStep(now) {
        if (now === step && ++seen === round) throw new Crash();
      },
    };
  };
const atWork =
  (kind: ColdWork['kind'], round: number, isDone: boolean): Crashing =>
  ({ ask }) => {
    let seen = 0;
    return {
      async ask(work) {
        const crashes = work.kind === kind && ++seen === round;
        if (!crashes || isDone) ask(work);
        if (crashes) throw new Crash();
      },
    };
  };

describe.each<[string, Crashing]>([
  ['when the file is begun', atStep('begun')],
  ['when the file is written', atStep('written')],
  ['when the file is synced', atStep('synced')],
  ['when the file has its name', atStep('renamed')],
  ['when the file is durable', atStep('durable')],
  ['in the second month', atStep('renamed', 2)],
  ['before the file counts', atWork('record', 1, false)],
  ['when the file counts', atWork('record', 1, true)],
  ['before rows are forgotten', atWork('forget', 1, false)],
  ['amid the forgetting', atWork('forget', 1, true)],
  ['before it is said that all is forgotten', atWork('record', 2, false)],
  ['when it is said that all is forgotten', atWork('record', 2, true)],
])('a crash %s', (_, crashing) => {
  test.each([['the first file of a month'], ['a file that is written again']])(
    'of %s loses nothing and repeats nothing',
    async (which) => {
      const tested = createTestTier();
      fill(tested);
      if (which === 'a file that is written again') {
        await tested.tier().run();
        const again = uplinks(HOURS).map(([sequence, at, [wire]]): Uplink => {
          const [datastream, beginMs, endMs, resultMs] = wire as WireObservation;
          return [9_000 + sequence, at, [[datastream, beginMs, endMs, resultMs, '48.5', 0]]];
        });
        tested.deliver({ uplinks: again });
      }
      const expected = tested.observations();
      const members = tested.members();
      await expect(tested.tier(crashing(tested)).run()).rejects.toThrow(Crash);
      expect(tested.observations()).toEqual(expected);
      // What came in between is kept too.
      tested.deliver({ uplinks: [[20_000, T0, [[1, T0 + 7_200_000, null, T0, '55.5', 0]]]] });
      const corrected = tested.observations();
      expect(corrected[1]?.[2]).toMatchObject({ mantissa: 555, revision: 20_000 });
      await tested.tier().run();
      expect(tested.observations()).toEqual(corrected);
      expect(tested.hotRows()).toBeLessThanOrEqual(1);
      expect(tested.deliver({ uplinks: uplinks(50, 100) }).counts).toMatchObject({ committed: 0 });
      expect(tested.members()).toHaveLength(members.length + 1);
    },
  );
});
