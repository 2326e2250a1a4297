import type { DayMark } from './product-store.ts';

/** Days that are known to be marked, so that the other rows of the day need not say so again. */
export interface NotedDays {
  /** False where it is known already. */
  add(mark: DayMark): boolean;
  delete(mark: DayMark): void;
}

/** Some 40 bytes each. A memory that is full starts anew: the days are then marked once more. */
const NOTED_MAX = 250_000;

export function createNotedDays(notedMax = NOTED_MAX): NotedDays {
  const days = new Map<number, Set<number>>();
  let count = 0;
  return {
    add({ dayMs, datastream }) {
      const known = days.get(dayMs) ?? new Set();
      if (known.has(datastream)) return false;
      if (count >= notedMax) {
        days.clear();
        known.clear();
        count = 0;
      }
      days.set(dayMs, known.add(datastream));
      count += 1;
      return true;
    },
    delete({ dayMs, datastream }) {
      const known = days.get(dayMs);
      if (known?.delete(datastream) !== true) return;
      count -= 1;
      if (known.size === 0) days.delete(dayMs);
    },
  };
}
