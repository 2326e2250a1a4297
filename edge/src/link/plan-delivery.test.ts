import { addRange, type SequenceRange } from '@meetbrug/protocols/delivery';
import { describe, expect, it } from 'vitest';
import { type InFlight, planDelivery } from './plan-delivery.ts';

const bounds = { batchesInFlightMax: 4, batchUplinksMax: 100 };
const live = (from: number, to: number): InFlight => ({ kind: 'live', range: [from, to] });
const backlog = (from: number, to: number): InFlight => ({ kind: 'backlog', range: [from, to] });

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
    expect(planDelivery({ acknowledged, inFlight, nextSequence }, bounds)).toEqual(expected);
  });

  it('sends everything exactly once and ends, whatever the order of acknowledgements', () => {
    let acknowledged: readonly SequenceRange[] = [
      [40, 60],
      [500, 510],
    ];
    let inFlight: InFlight[] = [];
    const sent = new Set<number>();
    for (let step = 0; step < 1_000; step += 1) {
      const next = planDelivery({ acknowledged, inFlight, nextSequence: 1_235 }, bounds);
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
});
