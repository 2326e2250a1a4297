import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { thinOut } from './thin-out.ts';

const INTERVAL_MS = 1_000;

describe('thinning out what is said', () => {
  it('says the first at once, is silent for the interval, and then says how many it left out', () => {
    let nowMs = 0;
    const say = thinOut(INTERVAL_MS, () => nowMs);
    expect(say('a')).toBe(1);
    nowMs = 999;
    expect([say('a'), say('a'), say('b')]).toEqual([undefined, undefined, 1]);
    nowMs = 1_000;
    expect(say('a')).toBe(3);
    expect(say('a')).toBe(undefined);
  });

  it('never says more than once an interval, and never says more than there was', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(700), { maxLength: 200 }), (gapsMs) => {
        let nowMs = 0;
        const say = thinOut(INTERVAL_MS, () => nowMs);
        const counts = gapsMs.map((gapMs) => {
          nowMs += gapMs;
          return say('a');
        });
        const said = counts.filter((count) => count !== undefined);
        expect(said.length).toBeLessThanOrEqual(1 + nowMs / INTERVAL_MS);
        expect(said.reduce((sum, count) => sum + count, 0)).toBe(
          counts.findLastIndex((count) => count !== undefined) + 1,
        );
      }),
      { seed: 17 },
    );
  });
});
