import type { QualityFlag } from '@meetbrug/protocols/observation';
import type { Store } from '../log/open-store.ts';
import { type ComputedValue, computeDay, type DaySettings, type RowsOfDay } from './compute-day.ts';
import type { DayVerdict, SourceRow } from './day-verdict.ts';
import { type LocalDay, localDayOf } from './local-day.ts';
import type { Target } from './plan-targets.ts';
import { hasFlag } from './product-quality.ts';
import type { DayRule } from './product-rule.ts';
import type { DayMark, ProductStore } from './product-store.ts';
import { createPublishedValues } from './published-values.ts';
import { createSensorDays } from './sensor-days.ts';
import type { SourceRows } from './source-rows.ts';
import type { TargetIndex } from './target-index.ts';

/** What days came to: the values that are not published yet, and how many are none or nothing new. */
export interface ComputedDays {
  readonly values: readonly ComputedValue[];
  readonly outcomes: Readonly<Record<'unchanged' | 'suppressed' | 'incomplete', number>>;
}

export interface DaySteps {
  compute(marks: readonly DayMark[]): ComputedDays;
  /** A row of that day came or changed. */
  changed(dayMs: number): void;
  /** These days are computed and published. */
  done(marks: readonly DayMark[]): void;
}

/** Some 100 bytes each. */
const ROWS_KEPT_MAX = 200_000;

/** Computes marked days: each sensor's, and that of a neighbourhood with the last of its sensors. */
export function createDaySteps(
  store: Store,
  products: ProductStore,
  source: SourceRows,
  index: TargetIndex,
  settings: DaySettings & { readonly leaveOut: ReadonlySet<QualityFlag>; readonly days: readonly DayRule[] },
): DaySteps {
  const publishedValue = createPublishedValues(store);
  const sensorDays = createSensorDays();
  const isLeftOut = createLeftOut(settings.leaveOut);

  const isNew = ({ organisation, description, beginMs, endMs, value }: ComputedValue) => {
    const published = publishedValue(organisation, description.datastream, beginMs);
    return published?.value !== value || published.endMs !== endMs;
  };

  /**
   * A value that is published must not contradict its data: where corrections left a day with too little of them, it is made
   * again from what there is.
   */
  const computeTarget = (target: Target<DayRule>, day: LocalDay, rowsOf: RowsOfDay) => {
    const ofSensor = (sensor: Target<DayRule>['sensors'][number], compute: () => DayVerdict<boolean>) =>
      sensorDays.verdict(day.beginMs, `${settings.days.indexOf(target.rule)}/${sensor[0]?.id}`, compute);
    const computed = computeDay(target, day, rowsOf, settings, ofSensor);
    if (computed.kind !== 'incomplete') return computed;
    const isPublished = target.products.some(({ datastream }) => {
      return publishedValue(target.organisation, datastream, day.beginMs) !== undefined;
    });
    return isPublished ? computeDay(target, day, rowsOf, { ...settings, coverageMin: 0 }) : computed;
  };

  /** What several rules ask of one datastream is read once, as long as there is room to remember it. */
  const createRowsOf = () => {
    const read = new Map<string, readonly SourceRow[]>();
    let room = ROWS_KEPT_MAX;
    return (day: LocalDay): RowsOfDay =>
      (datastream) => {
        const key = `${datastream}/${day.beginMs}`;
        const known = read.get(key);
        if (known !== undefined) return known;
        const all = source.all(datastream, day.beginMs, day.endMs) ?? [];
        const rows = all.filter((row) => !isLeftOut(row));
        if (room >= rows.length) read.set(key, rows);
        room -= rows.length;
        return rows;
      };
  };

  /**
   * Which days of which targets. A neighbourhood waits for the last of its sensors that are marked, or each step would
   * compute it again.
   */
  const targetDays = (marks: readonly DayMark[]): Map<Target<DayRule>, Set<number>> => {
    const inStep = new Set(marks.map(({ datastream, dayMs }) => `${datastream}/${dayMs}`));
    // From the last on: marks go in order of datastream, so that one says at once that there is more to come.
    const waits = ({ ofNeighbourhood, sensors }: Target<DayRule>, dayMs: number) =>
      ofNeighbourhood &&
      sensors.findLast((sensor) =>
        sensor.some(({ id }) => !inStep.has(`${id}/${dayMs}`) && products.isMarked({ datastream: id, dayMs })),
      ) !== undefined;
    const found = new Map<Target<DayRule>, Set<number>>();
    for (const { datastream, dayMs } of marks) {
      for (const target of index.daysOf(datastream)) {
        const days = found.get(target) ?? new Set();
        found.set(target, days.add(dayMs));
      }
    }
    for (const [target, days] of found) {
      for (const dayMs of days) if (waits(target, dayMs)) days.delete(dayMs);
    }
    return found;
  };

  return {
    compute(marks) {
      const outcomes = { unchanged: 0, suppressed: 0, incomplete: 0 };
      const values: ComputedValue[] = [];
      const rowsOf = createRowsOf();
      const dayOf = new Map([...new Set(marks.map(({ dayMs }) => dayMs))].map((dayMs) => [dayMs, localDayOf(dayMs)]));
      for (const [target, days] of targetDays(marks)) {
        for (const dayMs of days) {
          const day = dayOf.get(dayMs) as LocalDay;
          const computed = computeTarget(target, day, rowsOf(day));
          if (computed.kind !== 'decided') {
            outcomes[computed.kind] += 1;
            continue;
          }
          const fresh = computed.value.filter(isNew);
          values.push(...fresh);
          outcomes.unchanged += computed.value.length - fresh.length;
        }
      }
      return { values, outcomes };
    },
    changed: sensorDays.forgetDay,
    done(marks) {
      products.transaction(() => products.forgetDays(marks));
      for (const dayMs of new Set(marks.map((mark) => mark.dayMs))) {
        if (!products.isAnyMarked(dayMs)) sensorDays.forgetDay(dayMs);
      }
    },
  };
}

/** There are few different qualities: each is unpacked once. */
function createLeftOut(leaveOut: ReadonlySet<QualityFlag>): (row: SourceRow) => boolean {
  const known = new Map<number, boolean>();
  return ({ quality }) => {
    const before = known.get(quality);
    if (before !== undefined) return before;
    const isLeftOut = hasFlag(quality, leaveOut);
    known.set(quality, isLeftOut);
    return isLeftOut;
  };
}
