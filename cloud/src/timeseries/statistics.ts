import type { BucketSummary } from './summarise-rows.ts';
import { valuesOf } from './summary.ts';
import type { SeriesStatistics } from './time-series.ts';

/** What is told of a range as a whole. */
export function statisticsOf({ datastream, summary, endMs }: BucketSummary): SeriesStatistics {
  const { count, suppressed, min, max, first, last } = summary;
  const [mean = null] = valuesOf(summary, ['mean'], endMs);
  return { datastream, count, suppressed, min, max, mean, first, last };
}
