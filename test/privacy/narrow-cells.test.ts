import { planMessage } from '@meetbrug/edge/src/intake/plan-message.ts';
import type { Outbox } from '@meetbrug/edge/src/outbox/outbox.ts';
import { DEVICES, openTestOutbox, temporaryDirectory, testConfig } from '@meetbrug/edge/src/testing/edge-fixture.ts';
import { intakeRules } from '@meetbrug/edge/src/testing/planned-uplinks.ts';
import { isSuppressed, parseObservedValue, splitDatastreamKey } from '@meetbrug/protocols/observation';
import { describe, expect, it } from 'vitest';
import { type Claim, tightestBounds } from './narrow-cells.ts';
import { type CounterUplink, INTERVAL_SECONDS, peopleCounterDay } from './people-counter.ts';

const START_MS = Date.UTC(2026, 10, 24);
const RULE = { below: 10, windowSeconds: 900, closeAfterSeconds: 600 };
const MANY = 1e6;

/** One observation as it left the edge; a higher sequence of the same begin is a later version. */
interface Published {
  readonly key: string;
  readonly property: string;
  readonly beginMs: number;
  readonly endMs: number | null;
  readonly value: string;
  readonly flags: number;
}

interface Scenario {
  readonly counts: 'from-period' | 'from-counter';
  readonly smallCounts: typeof RULE | undefined;
  readonly uplinks: readonly CounterUplink[];
  /** Closes the outbox and opens it again before every so-manieth uplink. */
  readonly restartEvery?: number;
}

/** Runs the uplinks through an edge and gives everything that it would send. */
function run({ counts, smallCounts, uplinks, restartEvery = Number.POSITIVE_INFINITY }: Scenario) {
  const directory = temporaryDirectory();
  const devices = DEVICES.map((device) => ({ ...device, counts: 'intervalSeconds' in device ? counts : undefined }));
  const config = testConfig({ devices, ...(smallCounts && { privacy: { smallCounts } }) });
  let outbox = openTestOutbox(directory.path).outbox;
  const rulesOf = (of: Outbox) => ({ ...intakeRules(config, undefined, (key) => of.committedCounter(key)) });
  let rules = rulesOf(outbox);
  uplinks.forEach(({ message }, index) => {
    if (index % restartEvery === restartEvery - 1) {
      outbox.close();
      outbox = openTestOutbox(directory.path).outbox;
      rules = rulesOf(outbox);
    }
    outbox.closeCountWindows(message.receivedMs);
    const planned = planMessage(message, rules, (fingerprint) => outbox.window.has(fingerprint));
    if (planned.kind !== 'uplink') throw new Error(`planned as ${planned.kind}`);
    outbox.window.add(planned.uplink.fingerprint);
    outbox.commit((writer) => writer.addUplink(planned.uplink));
  });
  while (outbox.closeCountWindows(START_MS + 3 * 86_400_000) > 0);
  const published = everythingSent(outbox);
  const unpublished = new Map(outbox.unpublishedCounts);
  outbox.close();
  directory.remove();
  return { published, unpublished };
}

function everythingSent(outbox: Outbox): Published[] {
  const { uplinks } = outbox.read([1, outbox.nextSequence - 1], 1e9);
  return uplinks.flatMap(({ observations }) =>
    observations.map(([id, beginMs, endMs, , value, quality]): Published => {
      const description = outbox.description(id);
      if (description === undefined) throw new Error(`no description ${id}`);
      const { property, datastream: key } = description;
      return { key, property, beginMs, endMs, value, flags: quality >> 3 };
    }),
  );
}

/** Moments between which the attacker knows people to have been counted: the begins of the device's intervals. */
function boundariesOf(uplinks: readonly CounterUplink[], counts: Scenario['counts']): number[] {
  const observed = uplinks.map(({ observedMs }) => observedMs).sort((a, b) => a - b);
  const last = (observed.at(-1) ?? 0) + 1;
  return counts === 'from-counter' ? observed : [...observed.map((ms) => ms - INTERVAL_SECONDS * 1_000), last];
}

/**
 * Each published count and counter reading of one direction as a claim. Of the versions of a cell the last one counts,
 * but when one of them is suppressed they all do: a count on either side of it would tell what it hides. A version that
 * is lower than the one before tells that people were moved to the cell behind it.
 */
function claimsOf(published: readonly Published[], feature: string, boundaries: readonly number[]): Claim[] {
  const index = (ms: number) => {
    const found = boundaries.findIndex((boundary) => boundary >= ms);
    return found === -1 ? boundaries.length - 1 : found;
  };
  const counted = published.filter(({ key }) => splitDatastreamKey(key as never).feature === feature);
  const counts = counted.filter(({ property }) => property === 'pedestrian-count');
  const cells = Map.groupBy(counts, ({ key, beginMs }) => `${key} ${beginMs}`);
  const claims = [...cells.values()].flatMap((versions) => {
    const { beginMs, endMs } = versions[0] as Published;
    const [from, to] = [index(beginMs), index(endMs ?? beginMs)];
    const ranges = versions.map(({ value }) => rangeOf(value));
    const telling = versions.some(({ value }) => value.startsWith('<')) ? ranges : ranges.slice(-1);
    const behind = index((endMs ?? beginMs) + RULE.windowSeconds * 1_000);
    const moved = ranges.flatMap(({ low }, at): Claim[] => {
      const drop = (ranges[at - 1]?.low ?? 0) - low;
      return drop > 0 ? [{ from: to, to: behind, low: drop, high: MANY }] : [];
    });
    return [...telling.map((range): Claim => ({ from, to, ...range })), ...moved];
  });
  const readings = counted.filter(({ property }) => property === 'pedestrian-counter');
  const first = readings.toSorted((a, b) => a.beginMs - b.beginMs)[0];
  for (const { beginMs, value } of readings) {
    const rise = Number(value) - Number(first?.value);
    claims.push({ from: index(first?.beginMs ?? beginMs), to: index(beginMs), low: rise, high: rise });
  }
  return claims;
}

function rangeOf(value: string): { readonly low: number; readonly high: number } {
  const read = parseObservedValue(value);
  if (read === undefined) throw new Error(`"${value}" is no value`);
  return isSuppressed(read) ? { low: 0, high: read.below - 1 } : { low: read.mantissa, high: read.mantissa };
}

/** The suppressed cells of one direction, with what the attacker can say of each. */
function attack(published: readonly Published[], feature: string, boundaries: readonly number[]) {
  const bounds = tightestBounds(boundaries.length, claimsOf(published, feature, boundaries));
  return published
    .filter(({ key, value }) => key.startsWith(`${feature}.`) && value.startsWith('<'))
    .map(({ beginMs, endMs }) => {
      const [cell] = claimsOf(
        [{ key: `${feature}.a.b.c`, property: 'pedestrian-count', beginMs, endMs, value: '<10', flags: 0 }],
        feature,
        boundaries,
      );
      if (cell === undefined) throw new Error('no cell');
      return { beginMs, isEmptyRun: cell.from === cell.to, ...bounds(cell.from, cell.to) };
    });
}

const days = [1, 2, 3, 4, 5, 6].map((seed) =>
  peopleCounterDay({ seed, startMs: START_MS, uplinkCount: 140, lateShare: 0.15 }),
);
const FEATURES = ['poort_in', 'poort_out'] as const;
const narrowed = (cells: ReturnType<typeof attack>) =>
  cells.filter(({ low, high }) => low > 0 || high < RULE.below - 1);

describe.each(['from-period', 'from-counter'] as const)(
  'an attacker who holds everything that leaves the edge, counts %s,',
  (counts) => {
    const runs = days.map((uplinks) => ({ uplinks, ...run({ counts, smallCounts: RULE, uplinks, restartEvery: 17 }) }));

    it('cannot narrow any suppressed cell by sums, differences or versions', () => {
      let cellCount = 0;
      for (const { published, uplinks } of runs) {
        for (const feature of FEATURES) {
          const cells = attack(published, feature, boundariesOf(uplinks, counts)).filter(
            ({ isEmptyRun }) => !isEmptyRun,
          );
          expect(narrowed(cells)).toEqual([]);
          cellCount += cells.length;
        }
      }
      expect(cellCount).toBeGreaterThan(100);
    });

    it('sees nothing of the people but cells: no total, no reading, no finer count, no flag, no cell on two sides', () => {
      for (const { published } of runs) {
        const told = published.filter(({ property }) => property.startsWith('pedestrian'));
        expect(new Set(told.map(({ key }) => splitDatastreamKey(key as never).procedure))).toEqual(
          new Set(['telling-900s']),
        );
        expect(new Set(told.map(({ key }) => splitDatastreamKey(key as never).feature))).toEqual(new Set(FEATURES));
        expect(told.filter(({ flags }) => flags !== 0)).toEqual([]);
        const versions = Map.groupBy(told, ({ key, beginMs }) => `${key} ${beginMs}`);
        for (const cell of versions.values())
          expect(new Set(cell.map(({ value }) => value.startsWith('<'))).size).toBe(1);
      }
    });

    it('is told the true sums of what is not small, corrected by late uplinks that do not cross the threshold', () => {
      const outcomes = { exact: 0, corrected: 0, kept: 0 };
      for (const { published, unpublished, uplinks } of runs) {
        outcomes.kept += (unpublished.get('crossing') ?? 0) + (unpublished.get('moved') ?? 0);
        for (const feature of FEATURES) {
          const truth = trueSums(uplinks, feature === 'poort_in' ? 'in' : 'out', counts);
          const cells = Map.groupBy(
            published.filter(({ key, property }) => key.startsWith(`${feature}.`) && property === 'pedestrian-count'),
            ({ beginMs }) => beginMs,
          );
          for (const [beginMs, versions] of cells) {
            const last = versions.at(-1)?.value ?? '';
            const sum = truth.get(beginMs) ?? 0;
            if (last === (sum < RULE.below ? `<${RULE.below}` : String(sum))) outcomes.exact += 1;
            if (versions.length > 1) outcomes.corrected += 1;
          }
        }
      }
      expect(outcomes.exact).toBeGreaterThan(900);
      expect(outcomes.corrected).toBeGreaterThan(3);
      expect(outcomes.kept).toBeGreaterThan(3);
    });

    it.each([
      ['counter readings', 'pedestrian-counter'],
      ['finer counts', 'pedestrian-count'],
    ])('would narrow cells if %s left the edge beside them', (_, property) => {
      const [uplinks] = days;
      if (uplinks === undefined) throw new Error('no day');
      const inTime = uplinks.toSorted((a, b) => a.observedMs - b.observedMs);
      const { published } = run({ counts, smallCounts: RULE, uplinks: inTime });
      const open = run({ counts, smallCounts: undefined, uplinks: inTime }).published;
      const beside = open.filter((each) => each.property === property);
      const boundaries = boundariesOf(inTime, counts);
      const cells = FEATURES.flatMap((feature) => attack([...published, ...beside], feature, boundaries));
      expect(narrowed(cells).length).toBeGreaterThan(10);
    });
  },
);

/** What a reader should be told of each window: each count in the window in which it begins. */
function trueSums(uplinks: readonly CounterUplink[], direction: 'in' | 'out', counts: Scenario['counts']) {
  const sums = new Map<number, number>();
  const inTime = uplinks.toSorted((a, b) => a.observedMs - b.observedMs);
  inTime.forEach(({ observedMs, people }, index) => {
    const before = inTime[index - 1]?.observedMs;
    const beginMs = counts === 'from-counter' ? before : observedMs - INTERVAL_SECONDS * 1_000;
    if (beginMs === undefined) return;
    const window = Math.floor(beginMs / 900_000) * 900_000;
    sums.set(window, (sums.get(window) ?? 0) + people[direction]);
  });
  return sums;
}

describe('the attacker', () => {
  const suppressed = { from: 1, to: 2, low: 0, high: 9 };
  it.each([
    ['nothing else', [], { low: 0, high: 9 }],
    [
      'the cells beside it',
      [
        { from: 0, to: 1, low: 40, high: 40 },
        { from: 2, to: 3, low: 5, high: MANY },
      ],
      { low: 0, high: 9 },
    ],
    [
      'a total over it and a cell beside it',
      [
        { from: 0, to: 2, low: 47, high: 47 },
        { from: 0, to: 1, low: 40, high: 40 },
      ],
      { low: 7, high: 7 },
    ],
    ['an overlapping window that ends later', [{ from: 1, to: 3, low: 0, high: 4 }], { low: 0, high: 4 }],
    [
      'a version on the other side of the threshold',
      [
        { from: 1, to: 2, low: 0, high: 12 },
        { from: 1, to: 2, low: 6, high: 12 },
      ],
      { low: 6, high: 9 },
    ],
  ])('with %s knows that between %j', (_, others, expected) => {
    expect(tightestBounds(4, [suppressed, ...others])(1, 2)).toEqual(expected);
  });
});
