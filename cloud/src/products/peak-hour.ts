import { addDecimals, compareDecimals, type Decimal, exactDecimal } from '@meetbrug/protocols/observation';
import { type DayVerdict, hasSuppressed, isCovered, type SourceRow } from './day-verdict.ts';
import { clockHour, hoursOf, hourWithin, type LocalDay } from './local-day.ts';

export interface PeakHour {
  /** What the clock shows in it, 0 to 23. */
  readonly clockHour: number;
  readonly count: Decimal;
}

/**
 * The hour of a local day in which most passed, over several datastreams (the directions of a line, the lines of a
 * neighbourhood). An interval counts in the hour in which it begins. A day with a suppressed count has none: the hour would
 * say something about the count. A datastream without any row that day was not there; one that is there must have been
 * measured sufficiently (`shareMin` of the hours), or an outage would move the peak. Of equal hours the earliest.
 */
export function peakHour(
  datastreams: readonly (readonly SourceRow[])[],
  day: LocalDay,
  shareMin: number,
): DayVerdict<PeakHour> {
  const present = datastreams.filter((rows) => rows.length > 0);
  if (present.some(hasSuppressed)) return { kind: 'suppressed' };
  if (present.length === 0 || present.some((rows) => !isCovered(rows, day, shareMin))) return { kind: 'incomplete' };
  const sums: Decimal[] = Array.from({ length: hoursOf(day) }, () => exactDecimal(0));
  for (const { beginMs, value } of present.flat()) {
    const hour = hourWithin(day, beginMs);
    const sum = addDecimals(sums[hour] as Decimal, value as Decimal);
    if (sum === undefined) return { kind: 'incomplete' };
    sums[hour] = sum;
  }
  let peak = 0;
  sums.forEach((sum, hour) => {
    if (compareDecimals(sum, sums[peak] as Decimal) > 0) peak = hour;
  });
  return {
    kind: 'decided',
    value: { clockHour: clockHour(day, peak), count: sums[peak] as Decimal },
    inputs: present.flat().filter(({ beginMs }) => hourWithin(day, beginMs) === peak),
  };
}
