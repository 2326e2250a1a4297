import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestOutbox, RECEIVED_MS, temporaryDirectory } from '../testing/edge-fixture.ts';
import { commitGroup, MINUTE_MS, numberedUplink, numbers } from '../testing/numbered-uplinks.ts';
import type { OutboxBounds } from './group-writer.ts';
import type { Outbox } from './outbox.ts';

const BOUND = 532_768;
const DAY_MS = 86_400_000;
let directory: ReturnType<typeof temporaryDirectory>;
let outbox: Outbox;

beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => {
  outbox.abandon();
  directory.remove();
});

function open(bounds: Partial<OutboxBounds>): void {
  outbox = openTestOutbox(directory.path, { bytesMax: BOUND, ...bounds }).outbox;
}

/** Commits one uplink a minute until the outbox refuses or `most` is reached. Returns the last number. */
function fill(from: number, most: number): number {
  let number = from;
  for (; number <= most && !outbox.isFull(); number += 1) commitGroup(outbox, [numberedUplink(number)]);
  return number - 1;
}

const uplinks = () => outbox.read([1, outbox.nextSequence], 1e9).uplinks;
const gaps = () => uplinks().flatMap(({ gaps: each }) => each ?? []);

/** Lets the clock run for two hours, so that it may say what is old. */
function runClock(untilMs: number): void {
  for (let ms = untilMs - 2 * 3_600_000; ms <= untilMs; ms += 240_000) outbox.prune(ms);
}

describe('a full outbox', () => {
  it('that refuses keeps what it has', () => {
    open({ whenFull: 'refuse' });
    const last = fill(1, 10_000);
    expect(last).toBeLessThan(1_000);
    expect(uplinks()).toHaveLength(last);
    expect(outbox.isFull()).toBe(true);
    expect(Object.fromEntries(outbox.gapTotals)).toMatchObject({ dropped: 0, thinned: 0, expired: 0 });
  });

  it('that drops the oldest goes on with the newest and says how many of which datastream it dropped', () => {
    open({ whenFull: 'drop-oldest' });
    expect(fill(1, 3_000)).toBe(3_000);
    outbox.prune(RECEIVED_MS);
    const kept = uplinks().filter(({ observations }) => observations.length > 0);
    expect(kept.at(-1)?.receivedMs).toBe(RECEIVED_MS + 3_000 * MINUTE_MS);
    const droppedEach = 3_000 - kept.length;
    expect(outbox.gapTotals.get('dropped')).toBe(droppedEach * 6);
    expect(gaps()).toHaveLength(6);
    for (const [, reason, count, firstMs, lastMs] of gaps()) {
      const last = RECEIVED_MS + droppedEach * MINUTE_MS;
      expect([reason, count, firstMs, lastMs]).toEqual(['dropped', droppedEach, RECEIVED_MS + MINUTE_MS, last]);
    }
  });

  it('that thins out keeps the last value of each quarter of an hour, of all sensors the latest, and drops payloads', () => {
    open({ whenFull: 'thin-out' });
    commitGroup(outbox, [numberedUplink(0, { observations: [0] })]);
    const silent = uplinks()[0]?.observations[0];
    const others = { observations: [1, 2], payloadBytes: 1_000 };
    for (let number = 1; outbox.gapTotals.get('thinned') === 0; number += 1) {
      if (!outbox.isFull()) commitGroup(outbox, [numberedUplink(number, others)]);
    }
    expect(uplinks().flatMap(({ observations }) => observations)).toContainEqual(silent);
    const thinned = uplinks().slice(1, 151);
    const kept = thinned.flatMap(({ observations }) => observations.map(([id, beginMs]) => [id, beginMs]));
    // Twelve o'clock is minute 0: the values at :14, :29, :44 and :59 are the last of their quarters.
    const quarters = numbers(1, 10).map((quarter) => RECEIVED_MS + (quarter * 15 - 1) * MINUTE_MS);
    expect([...new Set(kept.map(([, beginMs]) => beginMs))]).toEqual(quarters);
    expect(new Set(kept.map(([id]) => id)).size).toBe(2);
  });

  it('that thins out doubles its interval up to a day and then refuses; it goes on when the cloud has taken some', () => {
    open({ whenFull: 'thin-out' });
    let last = 0;
    for (let refusals = 0; refusals < 100; ) {
      if (outbox.isFull()) refusals += 1;
      else {
        commitGroup(
          outbox,
          numbers(last + 1, last + 20).map((number) => numberedUplink(number)),
        );
        last += 20;
        refusals = 0;
      }
    }
    expect(last).toBeGreaterThan(2_880);
    const days = uplinks()
      .filter(({ observations }) => observations.length > 0)
      .map(({ observations }) => Math.floor((observations[0]?.[1] ?? 0) / DAY_MS));
    // Of the day on which it got full each piece that still came was thinned by itself.
    const whole = days.filter((day) => day < (days.at(-1) ?? 0));
    expect(whole.length).toBeGreaterThan(2);
    expect(whole).toEqual([...new Set(whole)]);
    outbox.acknowledge([[1, last - 100]]);
    expect(outbox.isFull()).toBe(false);
    expect(commitGroup(outbox, [numberedUplink(last + 1)])).toBe(true);
  }, 60_000);

  it('of any policy lets go first of what the cloud has', () => {
    open({ whenFull: 'drop-oldest' });
    const last = fill(1, 500);
    const dropped = outbox.gapTotals.get('dropped');
    outbox.acknowledge([[1, last]]);
    for (const number of numbers(last + 1, last + 200)) {
      if (!outbox.isFull()) commitGroup(outbox, [numberedUplink(number)]);
    }
    expect(outbox.gapTotals.get('dropped')).toBe(dropped);
  });
});

describe('what waits for the cloud longer than it may', () => {
  it('expires and is counted, and nothing younger is', () => {
    open({ keepUnacknowledgedDays: 1 });
    commitGroup(outbox, [numberedUplink(0), numberedUplink(1_000)]);
    runClock(RECEIVED_MS + DAY_MS + 600_000);
    expect(outbox.gapTotals.get('expired')).toBe(6);
    expect(gaps().map(([, reason, count]) => [reason, count])).toEqual(Array(6).fill(['expired', 1]));
    expect(outbox.firstUnacknowledged).toBe(2);
  });

  it.each([
    ['jumps ahead by ten years', RECEIVED_MS + 3_650 * DAY_MS],
    ['starts at 1970', 60_000],
  ])('stays when the clock %s', (_, nowMs) => {
    open({ keepUnacknowledgedDays: 1, keepAcknowledgedDays: 1 });
    outbox.prune(RECEIVED_MS);
    commitGroup(outbox, [numberedUplink(0), numberedUplink(1)]);
    outbox.acknowledge([[1, 1]]);
    for (let second = 0; second < 600; second += 1) outbox.prune(nowMs + second * 1_000);
    expect(uplinks()).toHaveLength(2);
  });

  it('that was stamped with 1970 is as young as what came next', () => {
    open({ keepUnacknowledgedDays: 1 });
    commitGroup(outbox, [numberedUplink(0, { receivedMs: 60_000 }), numberedUplink(1, { receivedMs: RECEIVED_MS })]);
    runClock(RECEIVED_MS + DAY_MS - 600_000);
    expect(outbox.firstUnacknowledged).toBe(1);
    runClock(RECEIVED_MS + DAY_MS + 600_000);
    expect(outbox.gapTotals.get('expired')).toBe(12);
  });
});
