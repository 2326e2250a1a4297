import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import { DAY_MS, fixedLengthMs } from '../timeseries/bucket-calendar.ts';
import type { Every } from '../timeseries/time-series.ts';

/** Datastreams of one question. */
export const DATASTREAMS_MAX = 1_000;
/** Intervals of one answer, over all its datastreams: ten years of 15 minutes of fourteen, or an hour of two weeks of a thousand. */
export const INTERVALS_MAX = 5_000_000;

/** Least lengths of the intervals that follow the calendar. */
const SHORTEST_DAYS = { P1D: 1, P1W: 7, P1M: 28, P1Y: 365 } as const;

export interface AskedSeries {
  readonly datastreams: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly every: Every | undefined;
}

/** Whether an answer may be begun, decided from the question alone; the detail says what to narrow. */
export function checkCost({ datastreams, fromMs, toMs, every }: AskedSeries): Result<undefined, Fault<'too-costly'>> {
  if (datastreams > DATASTREAMS_MAX) {
    return fail('too-costly', `more than ${DATASTREAMS_MAX} datastreams: ask for fewer, or one after the other`);
  }
  if (every === undefined) return ok(undefined);
  const lengthMs = fixedLengthMs(every) ?? SHORTEST_DAYS[every as keyof typeof SHORTEST_DAYS] * DAY_MS;
  const intervals = datastreams * Math.ceil(Math.max(0, toMs - fromMs) / lengthMs);
  if (intervals <= INTERVALS_MAX) return ok(undefined);
  return fail(
    'too-costly',
    `${intervals} intervals of ${every}, at most ${INTERVALS_MAX} in one answer: ask for a shorter range, longer intervals or fewer datastreams`,
  );
}
