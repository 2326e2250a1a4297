import { bucketOf } from '../timeseries/bucket-calendar.ts';
import type { Aggregate, Bucket, Every, Zone } from '../timeseries/time-series.ts';
import type { Interval } from './interval-table.ts';
import type { Fill } from './query-parameters.ts';

/** Intervals of one datastream of which some are to be filled. */
export interface GapsToFill {
  readonly datastream: number;
  readonly every: Every;
  readonly zone: Zone;
  readonly aggregates: readonly Aggregate[];
  readonly fill: Fill;
  /** First instant of the first interval to give. */
  readonly fromMs: number;
  /** No interval is given that begins at this instant or later. */
  readonly toMs: number;
  readonly limit: number;
  /** In order of time; one that ends before `fromMs` is what filling begins with. */
  readonly known: readonly Bucket[];
  /** Whether more is known behind the last of them: then nothing is given behind it. */
  readonly hasMore: boolean;
}

/**
 * Intervals one after the other, the known ones as they are. Between them `null` puts empty values, `previous` the values
 * before, `linear` what lies on the line between the values before and behind, by the times at which the intervals begin.
 * Before the first known interval there is nothing to go on from, and behind the last no line: those are empty. A filled
 * interval counts no observation.
 */
export function fillGaps(gaps: GapsToFill): Interval[] {
  const { every, zone, known, limit } = gaps;
  const last = known.at(-1);
  const endMs = gaps.hasMore ? (last?.endMs ?? gaps.fromMs) : gaps.toMs;
  const intervals: Interval[] = [];
  let before: Bucket | undefined;
  let index = 0;
  for (let atMs = gaps.fromMs; atMs < endMs && intervals.length < limit; ) {
    for (let next = known[index]; next !== undefined && next.beginMs < atMs; next = known[index]) {
      before = next;
      index += 1;
    }
    const bounds = bucketOf(atMs, every, zone);
    const behind = known[index];
    const isKnown = behind?.beginMs === bounds.beginMs;
    intervals.push(isKnown ? { ...behind, isFilled: false } : filled(gaps, bounds, before, behind));
    atMs = bounds.endMs;
  }
  return intervals;
}

function filled(
  { datastream, aggregates, fill }: GapsToFill,
  bounds: { readonly beginMs: number; readonly endMs: number },
  before: Bucket | undefined,
  behind: Bucket | undefined,
): Interval {
  const values = aggregates.map((aggregate, index) => {
    if (aggregate === 'count') return 0;
    const from = before?.values[index] ?? null;
    if (fill === 'previous') return from;
    const to = behind?.values[index] ?? null;
    if (fill !== 'linear' || from === null || to === null || before === undefined || behind === undefined) return null;
    const share = (bounds.beginMs - before.beginMs) / (behind.beginMs - before.beginMs);
    return Number((from + (to - from) * share).toPrecision(SIGNIFICANT_DIGITS));
  });
  return { datastream, ...bounds, count: 0, suppressed: 0, values, isFilled: true };
}

/** As the means of what was observed have them. */
const SIGNIFICANT_DIGITS = 12;
