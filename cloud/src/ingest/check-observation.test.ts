import type { WireObservation } from '@meetbrug/protocols/delivery';
import { exactDecimal } from '@meetbrug/protocols/observation';
import { describe, expect, test } from 'vitest';
import { checkObservation, type DatastreamLimits } from './check-observation.ts';

const BEGIN = Date.UTC(2026, 6, 1);
const TEMPERATURE: DatastreamLimits = {
  min: exactDecimal(-40),
  max: exactDecimal(60),
  whole: false,
  intervalMs: undefined,
};
const COUNT: DatastreamLimits = { min: exactDecimal(0), max: exactDecimal(65_535), whole: true, intervalMs: 600_000 };

const BETWEEN_READINGS: DatastreamLimits = { ...COUNT, intervalMs: 'any' };

function wire(value: string, endMs: number | null): WireObservation {
  return [0, BEGIN, endMs, BEGIN, value, 0];
}

describe('an observation', () => {
  test.each([
    ['21.50', exactDecimal(215, 1)],
    ['-40', exactDecimal(-40)],
    ['60.0', exactDecimal(60)],
    ['-0', exactDecimal(0)],
  ])('of %s is its canonical decimal', (text, expected) => {
    expect(checkObservation(TEMPERATURE, wire(text, null))).toEqual(expected);
  });

  test('of a count may be suppressed', () => {
    expect(checkObservation(COUNT, wire('<10', BEGIN + 600_000))).toEqual({ below: 10 });
    expect(checkObservation(COUNT, wire('<65536', BEGIN + 600_000))).toEqual({ below: 65_536 });
  });

  test('of what a counter counted may cover any interval', () => {
    expect(checkObservation(BETWEEN_READINGS, wire('7', BEGIN + 1))).toEqual(exactDecimal(7));
    expect(checkObservation(BETWEEN_READINGS, wire('7', BEGIN + 86_400_000))).toEqual(exactDecimal(7));
  });

  test.each([
    ['of an instant where a counter counts', BETWEEN_READINGS, wire('1', null), 'bad-interval'],
    ['of no time where a counter counts', BETWEEN_READINGS, wire('1', BEGIN), 'bad-interval'],
    ['suppressed of something that is not counted', TEMPERATURE, wire('<10', null), 'outside-range'],
    ['suppressed with a bound beyond the range', COUNT, wire('<65537', BEGIN + 600_000), 'outside-range'],
    ['suppressed over another interval', COUNT, wire('<10', BEGIN + 1), 'bad-interval'],
    ['above the range', TEMPERATURE, wire('60.001', null), 'outside-range'],
    ['below the range', TEMPERATURE, wire('-40.1', null), 'outside-range'],
    ['with more digits than a decimal holds', TEMPERATURE, wire('1.2345678901234567', null), 'outside-range'],
    ['of half a pedestrian', COUNT, wire('1.5', BEGIN + 600_000), 'outside-range'],
    ['of an instant where an interval is measured', COUNT, wire('1', null), 'bad-interval'],
    ['of an interval where an instant is measured', TEMPERATURE, wire('1', BEGIN + 1), 'bad-interval'],
    ['of an interval of another length', COUNT, wire('1', BEGIN + 600_001), 'bad-interval'],
    ['of an interval that ends before it begins', COUNT, wire('1', BEGIN - 600_000), 'bad-interval'],
  ] as const)('%s is refused', (_, limits, observation, code) => {
    expect(checkObservation(limits, observation)).toBe(code);
  });
});
