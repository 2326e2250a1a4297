import { decimalFromNumber, exactDecimal } from '@meetbrug/protocols/observation';
import { OBSERVED_PROPERTIES, PROPERTY_KEYS } from '@meetbrug/protocols/properties';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AssessedObservation, assess, NEW_DATASTREAM, type QualityState } from './assess.ts';
import { DEFAULT_QUALITY_RULES } from './default-quality-rules.ts';
import { QUALITY_FINDINGS } from './quality-finding.ts';
import { type QualityRules, qualityRulesSchema } from './quality-rules.ts';

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 6, 1);

function observation(hours: number, value: number, more: Partial<AssessedObservation> = {}): AssessedObservation {
  return {
    beginMs: START_MS + hours * HOUR_MS,
    value: decimalFromNumber(value) ?? expect.fail(),
    quality: { timeSource: 'gateway', flags: [] },
    ...more,
  };
}

/** The flag names of each observation in turn. */
function flagsOf(rules: QualityRules, observations: readonly AssessedObservation[]): string[][] {
  let state: QualityState = NEW_DATASTREAM;
  return observations.map((each) => {
    const assessed = assess(rules, state, each);
    state = assessed.state;
    return assessed.flags.map(({ flag }) => flag);
  });
}

const range: QualityRules = { plausibleRange: { min: exactDecimal(-25), max: exactDecimal(43) } };
const step: QualityRules = { step: { perHour: 10, tolerance: 1 } };
const stuck: QualityRules = { stuckAfterHours: 6 };

describe('one observation', () => {
  it.each<[string, QualityRules, AssessedObservation, string[]]>([
    ['on the lower end of the plausible range', range, observation(0, -25), []],
    ['on the upper end of the plausible range', range, observation(0, 43), []],
    ['below the plausible range', range, observation(0, -25.1), ['outside-plausible-range']],
    ['above the plausible range', range, observation(0, 43.1), ['outside-plausible-range']],
    ['with nothing declared', {}, observation(0, 999, { tiltDegrees: 90, uptimeShare: 0 }), []],
    [
      'from a clock that is not synchronised',
      {},
      observation(0, 1, { quality: { timeSource: 'edge', flags: ['clock-unsynchronised'] } }),
      ['clock-unsynchronised'],
    ],
    ['with as much tilt as is allowed', { tiltMaxDegrees: 5 }, observation(0, 1, { tiltDegrees: -5 }), []],
    [
      'with more tilt than is allowed',
      { tiltMaxDegrees: 5 },
      observation(0, 1, { tiltDegrees: -5.1 }),
      ['sensor-tilted'],
    ],
    ['without a tilt sensor', { tiltMaxDegrees: 5 }, observation(0, 1), []],
    ['with just enough uptime', { uptimeMinShare: 0.5 }, observation(0, 1, { uptimeShare: 0.5 }), []],
    ['with too little uptime', { uptimeMinShare: 0.5 }, observation(0, 1, { uptimeShare: 0.49 }), ['uptime-low']],
    [
      'with several things against it',
      { ...range, tiltMaxDegrees: 5 },
      observation(0, 50, { tiltDegrees: 9 }),
      ['outside-plausible-range', 'sensor-tilted'],
    ],
  ])('%s', (_, rules, given, expected) => {
    expect(flagsOf(rules, [given])).toEqual([expected]);
  });

  it('gets a reason with the numbers', () => {
    const { flags } = assess(range, NEW_DATASTREAM, observation(0, 43.1));
    expect(flags).toEqual([{ flag: 'outside-plausible-range', reason: '43.1 is not within -25 to 43' }]);
  });
});

describe('a step', () => {
  it.each<[string, [hours: number, value: number][], boolean[]]>([
    [
      'may be as large as time and tolerance allow',
      [
        [0, 20],
        [1, 31],
      ],
      [false, false],
    ],
    [
      'may not be larger',
      [
        [0, 20],
        [1, 31.1],
      ],
      [false, true],
    ],
    [
      'counts downwards too',
      [
        [0, 20],
        [1, 8.9],
      ],
      [false, true],
    ],
    [
      'of the tolerance is noise at any speed',
      [
        [0, 20],
        [0.001, 21],
      ],
      [false, false],
    ],
    [
      'up of one spike is flagged, the way back is not',
      [
        [0, 20],
        [0.5, 60],
        [1, 21],
      ],
      [false, true, false],
    ],
    [
      'that lasts is accepted once enough time has passed',
      [
        [0, 20],
        [1, 60],
        [2, 60],
        [4, 60],
      ],
      [false, true, true, false],
    ],
    [
      'is measured to late observations as well',
      [
        [2, 20],
        [1, 60],
        [1.5, 22],
      ],
      [false, true, false],
    ],
    [
      'is not measured from a late observation',
      [
        [0, 20],
        [2, 40],
        [1, 29],
        [2.05, 41],
      ],
      [false, false, false, false],
    ],
    [
      'is not measured to a correction of the same observation',
      [
        [0, 20],
        [0, 60],
        [0.5, 61],
      ],
      [false, false, false],
    ],
  ])('%s', (_, series, expected) => {
    const flags = flagsOf(
      step,
      series.map(([hours, value]) => observation(hours, value)),
    );
    expect(flags.map((each) => each.includes('step-too-large'))).toEqual(expected);
  });

  it('is not measured from a value outside the plausible range', () => {
    const rules = { ...range, ...step };
    const series = [observation(0, 60), observation(0.5, 20), observation(1, 21)];
    expect(flagsOf(rules, series)).toEqual([['outside-plausible-range'], [], []]);
  });
});

describe('a stuck value', () => {
  const lively = [1, 2, 3, 4].map((value, hour) => observation(hour, value));
  const constant = (from: number, to: number, value: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => observation(from + index, value));

  it('is flagged once it lasts longer than the limit, until it moves', () => {
    const flags = flagsOf(stuck, [...lively, ...constant(4, 12, 9), observation(13, 10)]);
    const stuckHours = flags.flatMap((each, hour) => (each.includes('value-stuck') ? [hour] : []));
    expect(stuckHours).toEqual([11, 12]);
  });

  it('is not flagged where the datastream has never been seen to vary', () => {
    expect(flagsOf(stuck, constant(0, 48, 9)).flat()).toEqual([]);
  });

  it('is not flagged where the datastream normally stands still for long', () => {
    const calm = [...constant(0, 5, 1), ...constant(6, 11, 2), ...constant(12, 17, 3), ...constant(18, 23, 4)];
    expect(flagsOf(stuck, [...calm, ...constant(24, 40, 5)]).flat()).toEqual([]);
  });

  it('is not flagged across a silence', () => {
    expect(flagsOf(stuck, [...lively, observation(5, 9), observation(15, 9), observation(17, 9)]).flat()).toEqual([]);
  });

  it('is not flagged on a late value from before', () => {
    const flags = flagsOf(stuck, [...lively, ...constant(4, 12, 9), observation(3.5, 3)]);
    expect(flags.at(-2)).toEqual(['value-stuck']);
    expect(flags.at(-1)).toEqual([]);
  });

  it('is flagged where only silences made it look constant before', () => {
    const sparse = [0, 4, 8, 12].map((hour) => observation(hour, hour));
    expect(flagsOf(stuck, [...sparse, ...constant(13, 20, 99)]).at(-1)).toEqual(['value-stuck']);
  });

  it('is not flagged where a late value shows that it moved', () => {
    const series = [...lively, ...constant(4, 10, 9), observation(8.5, 8), observation(11, 9)];
    expect(flagsOf(stuck, series).flat()).toEqual([]);
  });
});

describe('assessing any series', () => {
  const anySeries = fc.array(
    fc.record({ hours: fc.integer({ min: 0, max: 500 }), tenths: fc.integer({ min: -400, max: 600 }) }),
    { minLength: 1, maxLength: 80 },
  );
  const all: QualityRules = { ...range, ...step, ...stuck, tiltMaxDegrees: 5, uptimeMinShare: 0.5 };

  it('remembers a few numbers, whatever comes in whatever order, and survives JSON', () => {
    fc.assert(
      fc.property(anySeries, (series) => {
        let state: QualityState = NEW_DATASTREAM;
        for (const { hours, tenths } of series) {
          const given = observation(hours, tenths / 10);
          const assessed = assess(all, state, given);
          const again = assess(all, JSON.parse(JSON.stringify(state)), given);
          expect(again).toEqual(assessed);
          for (const { flag } of assessed.flags) expect(QUALITY_FINDINGS).toContain(flag);
          state = assessed.state;
        }
        expect(JSON.stringify(state).match(/\d+(\.\d+)?/g)?.length ?? 0).toBeLessThanOrEqual(7);
      }),
      { seed: 41 },
    );
  });

  it('never flags a series that changes slowly within the range', () => {
    const slow = fc.array(fc.integer({ min: -10, max: 10 }), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(slow, (tenths) => {
        const series = tenths.map((change, hour) => observation(hour, (200 + change) / 10));
        const flags = flagsOf({ ...range, ...step }, series);
        expect(flags.flat()).toEqual([]);
      }),
      { seed: 42 },
    );
  });
});

describe('quality rules', () => {
  it('are read from configuration with exact bounds', () => {
    const read = qualityRulesSchema.parse({
      plausibleRange: { min: -0.1, max: 43 },
      step: { perHour: 5, tolerance: 0 },
    });
    expect(read.plausibleRange).toEqual({ min: exactDecimal(-1, 1), max: exactDecimal(43) });
  });

  it.each([
    { plausibleRange: { min: 0 } },
    { plausibleRange: { min: 5, max: 1 } },
    { step: { perHour: 0, tolerance: 1 } },
    { stuckAfterHours: -1 },
    { uptimeMinShare: 50 },
    { tilt: 5 },
    { plausibleRange: { min: 1e-12, max: 1 } },
  ])('refuse %o', (rules) => {
    expect(qualityRulesSchema.safeParse(rules).success).toBe(false);
  });

  it.each(PROPERTY_KEYS.filter((key) => DEFAULT_QUALITY_RULES[key]?.plausibleRange !== undefined))(
    'are by default narrower than the hard range: %s',
    (key) => {
      const { range: hard } = OBSERVED_PROPERTIES[key];
      const flagged = flagsOf(DEFAULT_QUALITY_RULES[key] ?? {}, [
        { ...observation(0, 0), value: hard.max },
        { ...observation(0, 0), value: hard.min },
      ]);
      expect(flagged.flat()).toContain('outside-plausible-range');
    },
  );
});
