import type { DayVerdict } from './day-verdict.ts';

/**
 * What the days of single sensors came to, until every sensor of the day has been looked at: a neighbourhood then needs no
 * rows of sensors that earlier steps have read.
 */
export interface SensorDays {
  /** @param name of the rule and the sensor, the same for no others */
  verdict(dayMs: number, name: string, compute: () => DayVerdict<boolean>): DayVerdict<boolean>;
  forgetDay(dayMs: number): void;
}

/** Some 250 bytes each. What finds no room is computed again. */
const VERDICTS_MAX = 200_000;

export function createSensorDays(verdictsMax = VERDICTS_MAX): SensorDays {
  const days = new Map<number, Map<string, DayVerdict<boolean>>>();
  let count = 0;
  return {
    verdict(dayMs, name, compute) {
      const ofDay = days.get(dayMs) ?? new Map<string, DayVerdict<boolean>>();
      const known = ofDay.get(name);
      if (known !== undefined) return known;
      const verdict = compute();
      if (count < verdictsMax) {
        days.set(dayMs, ofDay.set(name, verdict));
        count += 1;
      }
      return verdict;
    },
    forgetDay(dayMs) {
      count -= days.get(dayMs)?.size ?? 0;
      days.delete(dayMs);
    },
  };
}
