import { decimalToNumber } from '@meetbrug/protocols/observation';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pipeline, type SentUplink, vs350Totals } from '../testing/derivation-fixture.ts';
import type { DerivedUplink } from './derivation.ts';

const START_MS = Date.UTC(2026, 6, 14, 8);
const MINUTE_MS = 60_000;
const DEVICE = {
  devEui: '24E124798E170003',
  profile: 'milesight-vs350',
  sensor: 'lijn',
  at: { name: 'poort', label: 'Poort', longitude: 3.73, latitude: 51.07 },
  counts: 'from-counter',
};
const settings = { devices: [DEVICE] };
const COUNTS_IN = 'poort_in.lijn.aantal-voetganger.telling-uit-tellerstand';
const COUNTER_IN = 'poort_in.lijn.tellerstand-voetganger.momentaan';

/** An uplink with its totals, minutes after the start; nobody goes out unless said. */
function totals(frameCounter: number, minutes: number, totalIn: number, totalOut = 0): SentUplink {
  const payload = vs350Totals(totalIn, totalOut);
  return { devEui: DEVICE.devEui, payload, frameCounter, observedMs: START_MS + minutes * MINUTE_MS };
}

/** [begin, end, count] of each interval, in minutes after the start. */
function counts({ observations }: DerivedUplink, key = COUNTS_IN): [number, number, number][] {
  const minutes = (ms: number) => (ms - START_MS) / MINUTE_MS;
  return observations
    .filter(({ datastream }) => datastream.key === key)
    .map(({ beginMs, endMs, value }) => [minutes(beginMs), minutes(endMs ?? Number.NaN), decimalToNumber(value)]);
}

function flagsOfReading({ observations }: DerivedUplink): readonly string[] {
  return observations.find(({ datastream }) => datastream.key === COUNTER_IN)?.quality.flags ?? expect.fail();
}

describe('counts from the totals of a device', () => {
  it('are the rise from one uplink to the next, in each direction, and name the two readings', () => {
    const { send } = pipeline({ settings });
    expect(counts(send(totals(1, 0, 100, 90)))).toEqual([]);
    const derived = send(totals(2, 10, 114, 99));
    expect(counts(derived)).toEqual([[0, 10, 14]]);
    expect(counts(derived, COUNTS_IN.replace('_in', '_out'))).toEqual([[0, 10, 9]]);
    const count = derived.observations.find(({ datastream }) => datastream.key === COUNTS_IN);
    expect(count?.inputs?.map(({ datastream, beginMs }) => [datastream.key, beginMs])).toEqual([
      [COUNTER_IN, START_MS],
      [COUNTER_IN, START_MS + 10 * MINUTE_MS],
    ]);
    expect(count?.datastream.content).toMatchObject({
      property: 'pedestrian-count',
      direction: 'in',
      procedure: { derivedFrom: [COUNTER_IN] },
    });
  });

  it('go on when 16 bits wrap', () => {
    const { send } = pipeline({ settings });
    send(totals(7, 0, 65_530));
    const derived = send(totals(8, 10, 4));
    expect(counts(derived)).toEqual([[0, 10, 10]]);
    expect(flagsOfReading(derived)).toEqual([]);
  });

  it.each([
    ['the device began again', totals(0, 10, 3), 'counter-reset'],
    ['the total fell further than a wrap can explain', totals(8, 10, 3), 'counter-reset'],
    ['the total rose faster than people come', totals(8, 10, 40_000), 'implausible-rate'],
  ])('are left out and flagged where %s', (_, next, reason) => {
    const { send } = pipeline({ settings });
    send(totals(7, 0, 1_842));
    const derived = send(next);
    expect(counts(derived)).toEqual([]);
    expect(derived.uncounted).toContain(reason);
    expect(flagsOfReading(derived)).toEqual([reason]);
  });

  it('start anew behind a reset', () => {
    const { send } = pipeline({ settings });
    send(totals(7, 0, 1_842));
    send(totals(0, 10, 3));
    expect(counts(send(totals(1, 20, 8)))).toEqual([[10, 20, 5]]);
  });

  it('are corrected by a late reading, which splits its interval', () => {
    const { send } = pipeline({ settings });
    send(totals(1, 0, 100));
    expect(counts(send(totals(3, 20, 130)))).toEqual([[0, 20, 30]]);
    expect(counts(send(totals(2, 10, 112)))).toEqual([
      [0, 10, 12],
      [10, 20, 18],
    ]);
  });

  it('are not withdrawn for a late reading that contradicts them: the reading is published, uncounted', () => {
    const { send } = pipeline({ settings });
    send(totals(1, 0, 100));
    send(totals(3, 20, 130));
    const derived = send(totals(2, 10, 30_000));
    expect(counts(derived)).toEqual([]);
    expect(derived.uncounted).toContain('cannot-withdraw');
    expect(derived.observations.some(({ datastream }) => datastream.key === COUNTER_IN)).toBe(true);
    expect(counts(send(totals(4, 30, 135)))).toEqual([[20, 30, 5]]);
  });

  it('go on after a restart from the counters that were committed', () => {
    const before = pipeline({ settings });
    before.send(totals(1, 0, 100));
    before.send(totals(3, 20, 130));
    const after = pipeline({ settings, committedCounters: before.committedCounters });
    expect(counts(after.send(totals(4, 30, 131)))).toEqual([[20, 30, 1]]);
    expect(counts(after.send(totals(2, 10, 112)))).toHaveLength(2);
  });

  it('take the place of what the device counts over its period', () => {
    const payload = Buffer.concat([vs350Totals(100, 0), Buffer.from('05cc0e000900', 'hex')]);
    const keysOf = (device: Record<string, unknown>) => {
      const { send } = pipeline({ settings: { devices: [{ ...DEVICE, intervalSeconds: 600, ...device }] } });
      send({ ...totals(1, 0, 90), payload });
      const { observations } = send({ ...totals(2, 10, 100), payload });
      return observations.map(({ datastream }) => datastream.key).filter((key) => key.includes('aantal'));
    };
    expect(keysOf({})).toEqual([COUNTS_IN, COUNTS_IN.replace('_in', '_out')]);
    expect(keysOf({ counts: 'from-period' })).toEqual([
      'poort_in.lijn.aantal-voetganger.telling-600s',
      'poort_out.lijn.aantal-voetganger.telling-600s',
    ]);
  });

  it('never overlap and sum to the same in whatever order the uplinks come in', () => {
    const uplinks = fc
      .array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 250 })), {
        minLength: 2,
        maxLength: 20,
      })
      .map((steps) => {
        let [minutes, total] = [0, 65_000];
        return steps.map(([gap, rise], index) => {
          minutes += gap;
          total += Math.min(rise, gap * 290);
          return totals(index, minutes, total % 65_536);
        });
      });
    const scenario = uplinks.chain((sent) =>
      fc.tuple(fc.constant(sent), fc.shuffledSubarray(sent, { minLength: sent.length })),
    );
    const published = (sent: readonly SentUplink[]) => {
      const { send } = pipeline({ settings });
      return new Map(sent.flatMap((uplink) => counts(send(uplink))).map((count) => [count[0], count]));
    };
    fc.assert(
      fc.property(scenario, ([inOrder, shuffled]) => {
        const byBegin = [...published(shuffled).values()].sort((a, b) => a[0] - b[0]);
        expect(byBegin).toEqual([...published(inOrder).values()]);
        byBegin.forEach(([, end], index) => {
          expect(end).toBeLessThanOrEqual(byBegin[index + 1]?.[0] ?? Number.POSITIVE_INFINITY);
        });
      }),
      { seed: 82, numRuns: 150 },
    );
  });
});
