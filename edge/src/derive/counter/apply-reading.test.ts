import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyReading, type CounterState, type IntervalChange, NEW_COUNTER, READINGS_KEPT } from './apply-reading.ts';
import type { CounterReading, CounterRules } from './counter-reading.ts';

const rules16: CounterRules = { widthBits: 16, countsPerSecondMax: 5 };
const rules32: CounterRules = { widthBits: 32, countsPerSecondMax: 5 };

const at = (frameCounter: number, seconds: number, value: number): CounterReading => ({
  frameCounter,
  atMs: seconds * 1000,
  value,
});

/** Applies readings in their order of arrival; the newest statement about each begin is what a feed would show. */
function applyAll(readings: readonly CounterReading[], rules: CounterRules) {
  let state: CounterState = NEW_COUNTER;
  const intervals = new Map<number, IntervalChange>();
  const faults: string[] = [];
  for (const reading of readings) {
    const applied = applyReading(state, reading, rules);
    if (!applied.ok) {
      faults.push(applied.fault.code);
      continue;
    }
    state = applied.value.state;
    for (const change of applied.value.changes) {
      expect(change.corrects).toBe(intervals.has(change.beginMs));
      intervals.set(change.beginMs, change);
    }
  }
  const sorted = [...intervals.values()].sort((a, b) => a.beginMs - b.beginMs);
  const total = sorted.reduce((sum, { outcome }) => sum + (outcome.kind === 'counted' ? outcome.count : 0), 0);
  return { state, intervals: sorted, total, faults };
}

const counted = (begin: number, end: number, count: number, corrects = false): IntervalChange => ({
  beginMs: begin * 1000,
  endMs: end * 1000,
  outcome: { kind: 'counted', count },
  corrects,
});
const noCount = (begin: number, end: number, reason: 'counter-reset' | 'implausible-rate'): IntervalChange => ({
  beginMs: begin * 1000,
  endMs: end * 1000,
  outcome: { kind: 'no-count', reason },
  corrects: false,
});

describe('a counter', () => {
  it.each<[string, CounterRules, CounterReading[], IntervalChange[]]>([
    ['gives nothing for its first reading', rules16, [at(0, 0, 7)], []],
    ['gives the rise', rules16, [at(0, 0, 7), at(1, 60, 12)], [counted(0, 60, 5)]],
    ['gives zero for a quiet interval', rules16, [at(0, 0, 7), at(1, 60, 7)], [counted(0, 60, 0)]],
    ['wraps at 65,536', rules16, [at(0, 0, 65_530), at(1, 60, 4)], [counted(0, 60, 10)]],
    ['wraps at 2^32', rules32, [at(0, 0, 4_294_967_295), at(1, 60, 0)], [counted(0, 60, 1)]],
    ['does not wrap 32 bits at 65,536', rules32, [at(0, 0, 65_530), at(1, 60, 4)], [noCount(0, 60, 'counter-reset')]],
    ['takes the highest possible rate', rules16, [at(0, 0, 0), at(1, 60, 300)], [counted(0, 60, 300)]],
    ['refuses a wrap that is too fast', rules16, [at(0, 0, 65_230), at(1, 60, 0)], [noCount(0, 60, 'counter-reset')]],
    ['refuses a rise that is too fast', rules16, [at(0, 0, 0), at(1, 60, 301)], [noCount(0, 60, 'implausible-rate')]],
    [
      'takes a frame counter that fell for a reset, even where the counter rose',
      rules16,
      [at(90, 0, 7), at(0, 60, 12), at(1, 120, 15)],
      [noCount(0, 60, 'counter-reset'), counted(60, 120, 3)],
    ],
    [
      'takes a frame counter that began again at the same number for a reset',
      rules16,
      [at(0, 0, 7), at(0, 60, 12)],
      [noCount(0, 60, 'counter-reset')],
    ],
    [
      'counts on where frames and values of before a reset come by again',
      rules16,
      [at(10, 0, 100), at(20, 60, 110), at(0, 120, 0), at(15, 180, 105)],
      [counted(0, 60, 10), noCount(60, 120, 'counter-reset'), counted(120, 180, 105)],
    ],
    [
      'counts on after a reset',
      rules16,
      [at(8, 0, 900), at(9, 60, 910), at(10, 120, 2), at(11, 180, 4)],
      [counted(0, 60, 10), noCount(60, 120, 'counter-reset'), counted(120, 180, 2)],
    ],
  ])('%s', (_, rules, readings, expected) => {
    expect(applyAll(readings, rules)).toMatchObject({ intervals: expected, faults: [] });
  });

  it('splits the interval that a late reading lies in', () => {
    const { state } = applyAll([at(1, 0, 100), at(3, 120, 130)], rules16);
    const late = applyReading(state, at(2, 60, 110), rules16);
    expect(late.ok && late.value.changes).toEqual([counted(0, 60, 10, true), counted(60, 120, 20)]);
  });

  it('puts a reading from before all others in front of them', () => {
    const { state } = applyAll([at(2, 60, 110)], rules16);
    const early = applyReading(state, at(1, 0, 100), rules16);
    expect(early.ok && early.value.changes).toEqual([counted(0, 60, 10)]);
  });

  it('changes nothing for the same reading again', () => {
    const { state } = applyAll([at(1, 0, 100), at(2, 60, 110)], rules16);
    expect(applyReading(state, at(1, 0, 100), rules16)).toEqual({ ok: true, value: { state, changes: [] } });
  });

  it.each<[string, CounterReading, string]>([
    ['another value in the same frame', at(2, 60, 111), 'conflicting-reading'],
    ['another frame at the same time', at(5, 60, 110), 'out-of-order'],
    ['a later frame at an earlier time', at(9, 30, 105), 'out-of-order'],
    ['an earlier frame at a later time, with the value of its own time', at(2, 999, 110), 'out-of-order'],
    ['a value beyond the width', at(4, 180, 65_536), 'not-a-reading'],
    ['half a count', at(4, 180, 130.5), 'not-a-reading'],
    ['a frame counter that no number holds exactly', at(2 ** 53, 180, 130), 'not-a-reading'],
  ])('refuses %s', (_, reading, code) => {
    const { state } = applyAll([at(1, 0, 100), at(2, 60, 110), at(3, 120, 120)], rules16);
    expect(applyReading(state, reading, rules16)).toMatchObject({ ok: false, fault: { code } });
  });

  it('keeps a bounded number of readings and says what is too late for them', () => {
    const many = Array.from({ length: READINGS_KEPT + 3 }, (_, frame) => at(frame * 2, frame * 60, frame));
    const { state, total } = applyAll(many, rules16);
    expect(state.readings).toHaveLength(READINGS_KEPT);
    expect(total).toBe(READINGS_KEPT + 2);
    expect(applyReading(state, at(3, 90, 1), rules16)).toMatchObject({ ok: false, fault: { code: 'too-late' } });
    expect(applyReading(state, at(7, 190, 3), rules16)).toMatchObject({ ok: true });
  });

  it('survives JSON', () => {
    const { state } = applyAll([at(1, 0, 100), at(3, 120, 130)], rules16);
    const stored: CounterState = JSON.parse(JSON.stringify(state));
    expect(applyReading(stored, at(2, 60, 110), rules16)).toEqual(applyReading(state, at(2, 60, 110), rules16));
  });
});

const step = fc.record({
  frames: fc.integer({ min: 1, max: 50 }),
  seconds: fc.integer({ min: 1, max: 3600 }),
  share: fc.integer({ min: 0, max: 100 }),
});
type Step = { frames: number; seconds: number; share: number };

/** A device's own history: it counts at most as fast as the rules allow and wraps where its counter ends. */
function history(first: CounterReading, steps: readonly Step[], modulus: number) {
  const readings = [first];
  let total = 0;
  for (const { frames, seconds, share } of steps) {
    const last = readings.at(-1) ?? first;
    const count = Math.floor((seconds * rules16.countsPerSecondMax * share) / 100);
    total += count;
    readings.push({
      frameCounter: last.frameCounter + frames,
      atMs: last.atMs + seconds * 1000,
      value: (last.value + count) % modulus,
    });
  }
  return { readings, total };
}

function shuffled<T>(values: readonly T[]) {
  return fc.shuffledSubarray([...values], { minLength: values.length, maxLength: values.length });
}

function expectNoOverlap(intervals: readonly IntervalChange[]) {
  intervals.forEach(({ beginMs, endMs }, index) => {
    expect(beginMs).toBeLessThan(endMs);
    const next = intervals[index + 1];
    if (next !== undefined) expect(endMs).toBe(next.beginMs);
  });
}

describe('counts from readings in any order of arrival', () => {
  const device = fc.tuple(
    fc.constantFrom(rules16, rules32),
    fc.integer({ min: 0, max: 65_535 }),
    fc.array(step, { minLength: 1, maxLength: READINGS_KEPT - 1 }),
  );

  it('sum to what passed, in intervals that follow each other, through wraps', () => {
    const arrivals = device.chain(([rules, startValue, steps]) => {
      const modulus = 2 ** rules.widthBits;
      const { readings, total } = history(at(3, 1000, modulus - 1 - startValue), steps, modulus);
      return shuffled(readings).map((order) => ({ rules, order, total }));
    });
    fc.assert(
      fc.property(arrivals, ({ rules, order, total }) => {
        const result = applyAll(order, rules);
        expect(result.faults).toEqual([]);
        expect(result.total).toBe(total);
        expect(result.intervals).toHaveLength(order.length - 1);
        expectNoOverlap(result.intervals);
      }),
      { seed: 31, numRuns: 300 },
    );
  });

  it('sum to what passed on either side of a reset, whose interval gives no count', () => {
    const quiet = fc.record({
      frames: step.map(({ frames }) => frames),
      seconds: fc.constant(600),
      share: fc.integer({ min: 0, max: 20 }),
    });
    const steps = fc.array(quiet, { minLength: 1, maxLength: 20 });
    const arrivals = fc.tuple(steps, steps).chain(([old, young]) => {
      const before = history(at(1000, 0, 20_000), old, 65_536);
      const resetMs = (before.readings.at(-1)?.atMs ?? 0) / 1000 + 60;
      const after = history(at(0, resetMs, 0), young, 65_536);
      const total = before.total + after.total;
      return shuffled([...before.readings, ...after.readings]).map((order) => ({ order, total }));
    });
    fc.assert(
      fc.property(arrivals, ({ order, total }) => {
        const result = applyAll(order, rules16);
        expect(result.faults).toEqual([]);
        expect(result.total).toBe(total);
        expect(result.intervals.filter(({ outcome }) => outcome.kind === 'no-count')).toHaveLength(1);
        expectNoOverlap(result.intervals);
      }),
      { seed: 32, numRuns: 300 },
    );
  });
});
