import type { Summary } from '../summary.ts';

/** The columns of a summary, in the order of {@link toColumns}. */
export const SUMMARY_COLUMN_NAMES =
  'observations, suppressed, sum, scale, min, max, first, last, first_ms, last_ms, held, integral, weight_ms, flags';

export type SummaryColumns = [
  count: number,
  suppressed: number,
  sum: number,
  scale: number,
  min: number | null,
  max: number | null,
  first: number | null,
  last: number | null,
  firstMs: number,
  lastMs: number,
  held: number | null,
  integral: number,
  weightMs: number,
  flags: number,
];

export function toColumns(summary: Summary): SummaryColumns {
  const { count, suppressed, sum, scale, min, max, first, last, firstMs, lastMs, held, integral, weightMs, flags } =
    summary;
  return [count, suppressed, sum, scale, min, max, first, last, firstMs, lastMs, held, integral, weightMs, flags];
}

/** @param at where the columns of the summary begin in the row */
export function fromColumns(row: readonly (number | null)[], at = 0): Summary {
  return {
    count: row[at] as number,
    suppressed: row[at + 1] as number,
    sum: row[at + 2] as number,
    scale: row[at + 3] as number,
    min: row[at + 4] as number | null,
    max: row[at + 5] as number | null,
    first: row[at + 6] as number | null,
    last: row[at + 7] as number | null,
    firstMs: row[at + 8] as number,
    lastMs: row[at + 9] as number,
    held: row[at + 10] as number | null,
    integral: row[at + 11] as number,
    weightMs: row[at + 12] as number,
    flags: row[at + 13] as number,
  };
}
