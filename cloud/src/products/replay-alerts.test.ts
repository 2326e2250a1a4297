import { exactDecimal } from '@meetbrug/protocols/observation';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AlertLevel, nextAlertLevel } from './alert-level.ts';
import type { SourceRow } from './day-verdict.ts';
import { replayAlerts, type Untouched } from './replay-alerts.ts';

const THRESHOLDS = { preAlarm: exactDecimal(3), alarm: exactDecimal(4), hysteresis: exactDecimal(5, 1) };
const tenths = (value: number) => exactDecimal(value, 1);

describe('the phase of the water', () => {
  test.each<[AlertLevel | undefined, number, AlertLevel]>([
    [undefined, 29, 0],
    [undefined, 30, 1],
    [0, 40, 2],
    [1, 29, 1],
    [1, 25, 1],
    [1, 24, 0],
    [2, 36, 2],
    [2, 34, 1],
    [2, 24, 0],
    [0, 28, 0],
  ])('%s at %i dm is %i', (before, level, after) => {
    expect(nextAlertLevel(before, tenths(level), THRESHOLDS)).toBe(after);
  });
});

/** A gauge whose levels come in any order, a value at a moment at a time. Flagged rows are left out. */
interface Arrival {
  readonly atMs: number;
  readonly level: number;
  readonly flagged: boolean;
}

const isLeftOut = ({ quality }: SourceRow) => quality !== 0;

/** What every reader should see, written down plainly: the phase at each moment that has a usable level. */
function plainPhases(rows: readonly SourceRow[]): [number, AlertLevel][] {
  let phase: AlertLevel | undefined;
  return rows.flatMap((row): [number, AlertLevel][] => {
    if (isLeftOut(row)) return [];
    const dm = (row.value as { mantissa: number; scale: number }).mantissa * (tenthsScale(row) ? 1 : 10);
    const up = dm >= 40 ? 2 : dm >= 30 ? 1 : 0;
    const hold = dm >= 35 ? 2 : dm >= 25 ? 1 : 0;
    phase = phase === undefined || phase < up ? up : (Math.max(up, Math.min(phase, hold)) as AlertLevel);
    return [[row.beginMs, phase]];
  });
}

const tenthsScale = ({ value }: SourceRow) => (value as { scale: number }).scale === 1;

/** Publishes as the engine does: from the first moment that changed, in chunks, until it has converged. */
function publish(
  series: readonly SourceRow[],
  published: Map<number, AlertLevel>,
  changed: { fromMs: number; toMs: number },
  chunk: number,
): number {
  let { fromMs, toMs } = changed;
  let untouched: Untouched | undefined;
  let corrections = 0;
  for (;;) {
    const rows = series.filter(({ beginMs }) => beginMs >= fromMs).slice(0, chunk);
    const points = [...published].toSorted(([a], [b]) => a - b).map(([beginMs, level]) => ({ beginMs, level }));
    const before = points.findLast(({ beginMs }) => beginMs < fromMs)?.level;
    untouched ??= { fromMs, before };
    const from = fromMs;
    const replayed = replayAlerts(
      { toMs, before, rows, isLeftOut, published: points.filter(({ beginMs }) => beginMs >= from), untouched },
      THRESHOLDS,
    );
    for (const { beginMs, level } of replayed.points) published.set(beginMs, level);
    corrections += replayed.points.length;
    const last = rows.at(-1);
    if (replayed.converged || last === undefined || rows.length < chunk) return corrections;
    fromMs = last.beginMs + 1;
    untouched = { fromMs, before: replayed.publishedPhase };
    toMs = Math.max(toMs, fromMs);
  }
}

describe('replayed phases', () => {
  const arrivals = fc.array(
    fc.record({
      atMs: fc.integer({ min: 1, max: 25 }),
      level: fc.integer({ min: 20, max: 45 }),
      flagged: fc.integer({ min: 0, max: 5 }).map((dice) => dice === 0),
    }),
    { minLength: 1, maxLength: 60 },
  );

  test('read as a step function are the plain phases, after each late, corrected or flagged level', () => {
    fc.assert(
      fc.property(arrivals, fc.integer({ min: 1, max: 7 }), (all: Arrival[], chunk) => {
        const rows = new Map<number, SourceRow>();
        const published = new Map<number, AlertLevel>();
        for (const { atMs, level, flagged } of all) {
          rows.set(atMs, { datastream: 1, beginMs: atMs, value: tenths(level), quality: flagged ? 1 : 0 });
          const series = [...rows.values()].toSorted((a, b) => a.beginMs - b.beginMs);
          publish(series, published, { fromMs: atMs, toMs: atMs }, chunk);
          const steps = [...published].toSorted(([a], [b]) => a - b);
          const seen = plainPhases(series).map(([beginMs]) => [beginMs, steps.findLast(([at]) => at <= beginMs)?.[1]]);
          expect(seen).toEqual(plainPhases(series));
        }
      }),
      { seed: 604, numRuns: 400 },
    );
  });

  test('say nothing anew where nothing changed', () => {
    const series = [20, 31, 41, 36, 24, 30].map((level, index): SourceRow => {
      return { datastream: 1, beginMs: index + 1, value: tenths(level), quality: 0 };
    });
    const published = new Map<number, AlertLevel>();
    expect(publish(series, published, { fromMs: 1, toMs: 6 }, 100)).toBe(5);
    expect(publish(series, published, { fromMs: 1, toMs: 6 }, 100)).toBe(0);
  });
});
