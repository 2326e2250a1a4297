import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planMessage } from '../intake/plan-message.ts';
import {
  DEVICES,
  MOBILITY_SAMPLE,
  openTestOutbox,
  sampleMessage,
  temporaryDirectory,
  testConfig,
} from '../testing/edge-fixture.ts';
import { intakeRules } from '../testing/planned-uplinks.ts';
import type { NewUplink } from './outbox.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 10, 24, 12);
const RULE = { below: 10, windowSeconds: 900, closeAfterSeconds: 600 };

const planned = planMessage(
  sampleMessage(MOBILITY_SAMPLE),
  intakeRules(testConfig({ devices: DEVICES, privacy: { smallCounts: RULE } })),
  () => false,
);

/** A count of people of so many minutes after the start, as the edge gets it. */
interface Passing {
  readonly minute: number;
  readonly people: number;
  readonly receivedMinute: number;
}

function uplinkOf({ minute, people, receivedMinute }: Passing, number: number): NewUplink {
  if (planned.kind !== 'uplink') throw new Error(`planned as ${planned.kind}`);
  const [contribution] = planned.uplink.contributions;
  if (contribution === undefined) throw new Error('the sample counts nobody');
  return {
    ...planned.uplink,
    receivedMs: START_MS + receivedMinute * MINUTE_MS,
    fingerprint: { high: number, low: number, session: 0 },
    observations: [],
    contributions: [{ ...contribution, beginMs: START_MS + minute * MINUTE_MS, count: people }],
    counters: new Map(),
  };
}

/** Everything that leaves an edge that hears of people in this order. */
function leaves(passings: readonly Passing[]) {
  const directory = temporaryDirectory();
  const { outbox } = openTestOutbox(directory.path);
  passings.forEach((passing, index) => {
    const uplink = uplinkOf(passing, index + 1);
    outbox.closeCountWindows(uplink.receivedMs);
    outbox.commit((writer) => writer.addUplink(uplink));
  });
  const endMs = START_MS + 2 * DAY_MS;
  while (outbox.closeCountWindows(endMs) > 0);
  while (outbox.prune(endMs) > 0);
  const { uplinks } = outbox.read([1, outbox.nextSequence - 1], 1e9);
  const told = {
    values: uplinks.flatMap(({ observations }) => observations.map(([, beginMs, , , value]) => [beginMs, value])),
    gaps: uplinks.flatMap(({ gaps }) => gaps ?? []).map(([, ...gap]) => gap),
  };
  outbox.close();
  directory.remove();
  return told;
}

const LATE = 60;

describe('a window that is not shown', () => {
  it('and gets a count late is reported as withheld, once, with the times of its day', () => {
    const passings = [
      { minute: 0, people: 3, receivedMinute: 1 },
      { minute: 1, people: 30, receivedMinute: LATE },
      { minute: 2, people: 1, receivedMinute: LATE + 1 },
    ];
    const dayMs = Math.floor(START_MS / DAY_MS) * DAY_MS;
    expect(leaves(passings)).toEqual({
      values: [[START_MS, '<10']],
      gaps: [['suppressed', 1, dayMs, dayMs + DAY_MS - 1]],
    });
  });

  it('and gets none late is not a gap: its bound is what was published', () => {
    expect(leaves([{ minute: 0, people: 3, receivedMinute: 1 }]).gaps).toEqual([]);
  });

  it.each([
    ['too old', -20 * 1_440],
    ['too new', 3 * 1_440],
  ])('because its count is %s is reported as withheld', (_, minute) => {
    const { values, gaps } = leaves([{ minute, people: 3, receivedMinute: 0 }]);
    expect([values, gaps.map(([reason, count]) => [reason, count])]).toEqual([[], [['suppressed', 1]]]);
  });
});

describe('the gaps of counts', () => {
  it('are the same for any numbers of people that are published the same', () => {
    const passing = fc.record({
      minute: fc.integer({ min: 0, max: 29 }),
      delay: fc.constantFrom(1, LATE),
      people: fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 12 })),
    });
    let sameCount = 0;
    fc.assert(
      fc.property(fc.array(passing, { minLength: 1, maxLength: 5 }), (passings) => {
        const sorted = passings.toSorted((a, b) => a.minute + a.delay - b.minute - b.delay);
        const [one, other] = [0, 1].map((which) =>
          leaves(
            sorted.map(({ minute, delay, people }) => ({
              minute,
              people: people[which] ?? 0,
              receivedMinute: minute + delay,
            })),
          ),
        );
        if (JSON.stringify(one?.values) !== JSON.stringify(other?.values)) return;
        sameCount += Number((one?.gaps.length ?? 0) > 0);
        expect(other?.gaps).toEqual(one?.gaps);
      }),
      { seed: 9, numRuns: 120 },
    );
    expect(sameCount).toBeGreaterThan(10);
  }, 60_000);
});
