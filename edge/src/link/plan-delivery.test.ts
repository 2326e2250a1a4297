import { addRange, rangesContain, type SequenceRange } from '@meetbrug/protocols/delivery';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type InFlight, planDelivery } from './plan-delivery.ts';

const bounds = { batchesInFlightMax: 4, batchUplinksMax: 100 };
const live = (from: number, to: number): InFlight => ({ kind: 'live', range: [from, to] });
const backlog = (from: number, to: number): InFlight => ({ kind: 'backlog', range: [from, to] });
const history = (from: number, to: number): InFlight => ({ kind: 'history', range: [from, to] });

describe('the plan of deliveries', () => {
  it.each<[string, SequenceRange[], InFlight[], number, InFlight | undefined]>([
    ['nothing, of an empty outbox', [], [], 1, undefined],
    ['nothing, when all is acknowledged', [[1, 50]], [], 51, undefined],
    ['the newest uplinks first', [], [], 1_001, live(901, 1_000)],
    ['more live data up to its share', [], [live(901, 1_000)], 1_011, live(1_001, 1_010)],
    ['the backlog from its oldest end beside live data', [[1, 20]], [live(901, 1_000)], 1_001, backlog(21, 120)],
    ['the next piece of the backlog', [[1, 20]], [live(901, 1_000), backlog(21, 120)], 1_001, backlog(121, 220)],
    [
      'no more backlog than leaves room for live data',
      [],
      [live(901, 1_000), backlog(1, 100), backlog(101, 200)],
      1_001,
      undefined,
    ],
    [
      'a hole between acknowledged ranges',
      [
        [1, 20],
        [31, 1_000],
      ],
      [],
      1_001,
      backlog(21, 30),
    ],
    ['the start, when only later ones are acknowledged', [[31, 1_000]], [], 1_001, backlog(1, 30)],
    ['nothing, when as many wait as may', [], [live(8, 9), live(6, 7), backlog(1, 2), backlog(3, 4)], 100, undefined],
  ])('is %s', (_, acknowledged, inFlight, nextSequence, expected) => {
    expect(planDelivery({ acknowledged, history: [], inFlight, nextSequence }, bounds)).toEqual(expected);
  });

  it('sends everything exactly once and ends, whatever the order of acknowledgements', () => {
    let acknowledged: readonly SequenceRange[] = [
      [40, 60],
      [500, 510],
    ];
    let inFlight: InFlight[] = [];
    const sent = new Set<number>();
    for (let step = 0; step < 1_000; step += 1) {
      const next = planDelivery({ acknowledged, history: [], inFlight, nextSequence: 1_235 }, bounds);
      if (next !== undefined) {
        for (let sequence = next.range[0]; sequence <= next.range[1]; sequence += 1) {
          expect(sent.has(sequence)).toBe(false);
          sent.add(sequence);
        }
        inFlight = [...inFlight, next];
      } else {
        const settled = inFlight[step % Math.max(1, inFlight.length)];
        if (settled === undefined) break;
        acknowledged = addRange(acknowledged, settled.range);
        inFlight = inFlight.filter((batch) => batch !== settled);
      }
    }
    expect(acknowledged).toEqual([[1, 1_234]]);
    expect(sent.size).toBe(1_234 - 21 - 11);
  });

  it.each<[string, SequenceRange[], InFlight[], InFlight | undefined]>([
    ['the history when nothing else has to go', [[1, 1_000]], [], history(201, 300)],
    ['the next piece of the history', [[1, 1_000]], [history(201, 300)], history(301, 400)],
    ['a piece of the history that was given up on', [[1, 1_000]], [history(301, 400)], history(201, 300)],
    ['the next range of the history', [[1, 1_000]], [history(201, 400)], history(500, 500)],
    ['nothing, when all of the history is on its way', [[1, 1_000]], [history(201, 400), history(500, 500)], undefined],
    ['live data before the history', [[1, 990]], [], live(991, 1_000)],
    [
      'the backlog before the history',
      [
        [1, 10],
        [21, 1_000],
      ],
      [],
      backlog(11, 20),
    ],
    ['no history in the share of live data', [[1, 1_000]], [history(201, 250), history(251, 300)], undefined],
  ])('is %s', (_, acknowledged, inFlight, expected) => {
    const asked: SequenceRange[] = [
      [201, 400],
      [500, 500],
    ];
    const state = { acknowledged, history: asked, inFlight, nextSequence: 1_001 };
    expect(planDelivery(state, bounds)).toEqual(expected);
  });

  it('under any loss sends everything in the end, live data first, and never more than may be in flight', () => {
    const scenario = fc.record({
      nextSequence: fc.integer({ min: 1, max: 400 }),
      acknowledged: fc.array(fc.tuple(fc.integer({ min: 1, max: 400 }), fc.nat(40)), { maxLength: 6 }),
      bounds: fc.record({
        batchesInFlightMax: fc.integer({ min: 2, max: 9 }),
        batchUplinksMax: fc.integer({ min: 1, max: 60 }),
      }),
      /** What happens to the oldest batch in flight, or that new uplinks come. */
      events: fc.array(fc.constantFrom('acknowledged', 'lost', 'half', 'new'), { maxLength: 200 }),
    });
    fc.assert(
      fc.property(scenario, ({ nextSequence: firstNext, acknowledged: before, bounds: given, events }) => {
        const clip = (ranges: readonly (readonly [number, number])[], last: number) =>
          ranges
            .map(([from, length]): SequenceRange => [from, Math.min(from + length, last)])
            .filter(([from, to]) => from <= to)
            .reduce<SequenceRange[]>(addRange, []);
        let nextSequence = firstNext;
        let acknowledged: readonly SequenceRange[] = clip(before, nextSequence - 1);
        let inFlight: InFlight[] = [];
        const pump = () => {
          for (;;) {
            const plan = planDelivery({ acknowledged, history: [], inFlight, nextSequence }, given);
            if (plan === undefined) return;
            const newestIsCovered =
              rangesContain(acknowledged, nextSequence - 1) ||
              inFlight.some(({ range }) => range[0] <= nextSequence - 1 && nextSequence - 1 <= range[1]);
            const liveCount = inFlight.filter(({ kind }) => kind === 'live').length;
            const liveShare = Math.min(2, given.batchesInFlightMax - 1);
            if (!newestIsCovered && liveCount < liveShare) expect(plan.kind).toBe('live');
            const [from, to] = plan.range;
            expect(to - from + 1).toBeGreaterThan(0);
            expect(to - from + 1).toBeLessThanOrEqual(given.batchUplinksMax);
            for (const { range } of inFlight) expect(range[1] < from || to < range[0]).toBe(true);
            inFlight = [...inFlight, plan];
            expect(inFlight.length).toBeLessThanOrEqual(given.batchesInFlightMax);
          }
        };
        for (const event of [...events, ...Array.from({ length: 900 }, () => 'acknowledged' as const)]) {
          pump();
          const [first, ...others] = inFlight;
          if (event === 'new') nextSequence += 7;
          else if (first !== undefined) {
            inFlight = others;
            const [from, to] = first.range;
            const reached = event === 'half' ? Math.floor((from + to) / 2) : to;
            if (event !== 'lost') acknowledged = addRange(acknowledged, [from, reached]);
          }
        }
        expect(inFlight).toEqual([]);
        expect(acknowledged).toEqual(nextSequence === 1 ? [] : [[1, nextSequence - 1]]);
      }),
      { seed: 42, numRuns: 60 },
    );
  });
});
