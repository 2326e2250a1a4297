import type { EpochMs } from '../observation/instant.ts';
import { calendarPeriod, calendarSegments, type Period } from './calendar-period.ts';
import type { KeyedView } from './view-definition.ts';

/**
 * Levels of generations between the root of a view and its keys: the month of the commit and, for `by-time`, its day.
 * Only what belongs to the current generation can still change, so a reader who follows polls few nodes whatever the age
 * of the view; the hours of a month alone would be too many.
 */
const LEVELS: Readonly<Record<KeyedView['kind'], 1 | 2>> = {
  'by-time': 2,
  'by-location': 1,
  'by-property': 1,
  'by-datastream': 1,
};

export function generationLevels(view: KeyedView): 1 | 2 {
  return LEVELS[view.kind];
}

/** The generation of what is committed at an instant: `2026-11`, or `2026-11` and `24`. */
export function generationOf(view: KeyedView, generatedMs: EpochMs): readonly string[] {
  const [year, month, day] = calendarSegments(generatedMs);
  return LEVELS[view.kind] === 2 ? [`${year}-${month}`, day] : [`${year}-${month}`];
}

/** The time that a generation, or the first level of one, takes; undefined when there is none, or for another spelling. */
export function generationPeriod([month = '', ...days]: readonly string[]): Period | undefined {
  return days.length > 1 || month.length !== 7 || month[4] !== '-'
    ? undefined
    : calendarPeriod([month.slice(0, 4), month.slice(5), ...days]);
}

/**
 * Whether nothing can be added to a generation any more. Stamps never fall, so the last one decides and not the clock:
 * every process that has read the same log says the same.
 */
export function isGenerationOver({ untilMs }: Period, lastStampMs: EpochMs): boolean {
  return lastStampMs >= untilMs;
}
