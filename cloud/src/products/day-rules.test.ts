import { decimalToNumber, exactDecimal, type ObservedValue } from '@meetbrug/protocols/observation';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SourceRow } from './day-verdict.ts';
import { clockHour, hoursOf, localDayOfDate } from './local-day.ts';
import { peakHour } from './peak-hour.ts';
import { neighbourhoodDay, thresholdDay } from './threshold-day.ts';

const HOUR_MS = 3_600_000;
const DAY = localDayOfDate('2026-07-01');
const LONG_DAY = localDayOfDate('2026-10-25');
const THRESHOLD = exactDecimal(30);

function row(day: typeof DAY, minute: number, value: ObservedValue, datastream = 1): SourceRow {
  return { datastream, beginMs: day.beginMs + minute * 60_000, value, quality: 0 };
}
const tenths = (value: number) => exactDecimal(value, 1);
const wholeDay = (value: number) => Array.from({ length: 24 }, (_, hour) => row(DAY, hour * 60, tenths(value)));

describe('a day with a threshold', () => {
  const heat = { kind: 'reached', threshold: THRESHOLD } as const;
  const night = { kind: 'stayed', threshold: exactDecimal(20) } as const;

  test('is a heat day as soon as one value is at the threshold, however little of it was measured', () => {
    const verdict = thresholdDay([row(DAY, 900, tenths(300))], DAY, heat, 0.75);
    expect(verdict).toMatchObject({ kind: 'decided', value: true });
  });

  test('is no heat day only when enough of it was measured', () => {
    expect(thresholdDay(wholeDay(299), DAY, heat, 0.75)).toMatchObject({ kind: 'decided', value: false });
    expect(thresholdDay(wholeDay(299).slice(0, 18), DAY, heat, 0.75).kind).toBe('decided');
    expect(thresholdDay(wholeDay(299).slice(0, 17), DAY, heat, 0.75).kind).toBe('incomplete');
    expect(thresholdDay([], DAY, heat, 0.75).kind).toBe('incomplete');
  });

  test('is no tropical night as soon as one value is below, and is one only when enough was measured', () => {
    expect(thresholdDay([row(DAY, 300, tenths(199))], DAY, night, 0.75)).toMatchObject({ value: false });
    expect(thresholdDay(wholeDay(200), DAY, night, 0.75)).toMatchObject({ kind: 'decided', value: true });
    expect(thresholdDay(wholeDay(200).slice(0, 3), DAY, night, 0.75).kind).toBe('incomplete');
  });

  test('names the first row of its extreme, and agrees with the plain maximum and minimum', () => {
    const rows = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 1_439 }), fc.integer({ min: 150, max: 350 })), {
      minLength: 1,
      maxLength: 60,
      selector: ([minute]) => minute,
    });
    fc.assert(
      fc.property(rows, fc.integer({ min: 150, max: 350 }), fc.boolean(), (all, threshold, isHeat) => {
        const sorted = all.toSorted(([a], [b]) => a - b);
        const values = sorted.map(([, value]) => value);
        const extreme = isHeat ? Math.max(...values) : Math.min(...values);
        const hours = new Set(sorted.map(([minute]) => Math.floor(minute / 60))).size;
        const isSo = extreme >= threshold;
        const isSure = isHeat ? isSo || hours >= 12 : !isSo || hours >= 12;
        const verdict = thresholdDay(
          sorted.map(([minute, value]) => row(DAY, minute, tenths(value))),
          DAY,
          { kind: isHeat ? 'reached' : 'stayed', threshold: tenths(threshold) },
          0.5,
        );
        const first = sorted.find(([, value]) => value === extreme)?.[0] ?? 0;
        const decided = { kind: 'decided', value: isSo, inputs: [{ beginMs: DAY.beginMs + first * 60_000 }] };
        expect(verdict).toMatchObject(isSure ? decided : { kind: 'incomplete' });
      }),
      { seed: 602, numRuns: 500 },
    );
  });

  test('of a neighbourhood needs the share of the sensors whose day is decided, and nothing suppressed', () => {
    const yes = { kind: 'decided', value: true, inputs: [] } as const;
    const no = { ...yes, value: false } as const;
    const open = { kind: 'incomplete' } as const;
    expect(neighbourhoodDay([yes, no, open], 0.5)).toMatchObject({ value: true });
    expect(neighbourhoodDay([yes, no, no], 0.5)).toMatchObject({ value: false });
    expect(neighbourhoodDay([open], 0.5)).toEqual(open);
    expect(neighbourhoodDay([yes, { kind: 'suppressed' }], 0.5)).toEqual({ kind: 'suppressed' });
  });
});

describe('the peak hour', () => {
  const counts = (values: readonly number[], datastream: number) =>
    values.map((value, hour) => row(DAY, hour * 60, exactDecimal(value), datastream));
  const quiet = Array.from({ length: 24 }, () => 1);

  test('sums the datastreams by the hour', () => {
    const verdict = peakHour([counts(quiet.with(8, 40), 1), counts(quiet.with(17, 50).with(8, 20), 2)], DAY, 1);
    expect(verdict).toMatchObject({ value: { clockHour: 8, count: exactDecimal(60) } });
    expect(verdict.kind === 'decided' && verdict.inputs).toHaveLength(2);
  });

  test('does not exist over a suppressed count, whatever the others say', () => {
    const withSuppressed = [...counts(quiet, 1), row(DAY, 30, { below: 10 })];
    expect(peakHour([withSuppressed, counts(quiet, 2)], DAY, 0.5)).toEqual({ kind: 'suppressed' });
  });

  test('does not exist where one datastream was away for too long; one that was never there does not count', () => {
    expect(peakHour([counts(quiet, 1), counts(quiet.slice(0, 5), 2)], DAY, 0.75).kind).toBe('incomplete');
    expect(peakHour([counts(quiet, 1), []], DAY, 0.75).kind).toBe('decided');
    expect(peakHour([[]], DAY, 0.75).kind).toBe('incomplete');
  });

  test('tells the two hours apart that the clock shows alike when summer time ends', () => {
    const long = Array.from({ length: 25 }, (_, hour) => row(LONG_DAY, hour * 60, exactDecimal(hour === 3 ? 9 : 5)));
    const verdict = peakHour([long], LONG_DAY, 1);
    expect(verdict).toMatchObject({ value: { clockHour: 2, count: exactDecimal(9) } });
  });

  test('is that of a plain sum, the earliest of equals', () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 1_439 }), fc.integer({ min: 0, max: 9 })), {
      minLength: 1,
      maxLength: 80,
    });
    fc.assert(
      fc.property(fc.array(rows, { minLength: 1, maxLength: 3 }), (datastreams) => {
        const sums = new Array<number>(hoursOf(DAY)).fill(0);
        for (const [minute, value] of datastreams.flat()) {
          const at = Math.floor(minute / 60);
          sums[at] = (sums[at] ?? 0) + value;
        }
        const hour = sums.indexOf(Math.max(...sums));
        const verdict = peakHour(
          datastreams.map((all, id) => all.map(([minute, value]) => row(DAY, minute, exactDecimal(value), id))),
          DAY,
          0,
        );
        if (verdict.kind !== 'decided') expect.fail(verdict.kind);
        expect(verdict.value.clockHour).toBe(clockHour(DAY, hour));
        expect(decimalToNumber(verdict.value.count)).toBe(Math.max(...sums));
        expect(verdict.inputs.every(({ beginMs }) => Math.floor((beginMs - DAY.beginMs) / HOUR_MS) === hour)).toBe(
          true,
        );
      }),
      { seed: 603, numRuns: 300 },
    );
  });
});
