/** One figure beside its baseline, both measured in this run on this machine. */
export interface BenchRow {
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  /** Absent where there is nothing to compare with. */
  readonly baseline?: { readonly what: string; readonly value: number };
  /** Empty for a figure that nothing was promised of: it is told and not judged. */
  readonly budget: Budget;
}

export interface Budget {
  /** Ours divided by the baseline is at least this. */
  readonly ratio?: number;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** A named measurement of one or more rows; `full` asks for the sizes of the long run. */
export interface Bench {
  readonly name: string;
  readonly about: string;
  run(options: { readonly full: boolean }): Promise<readonly BenchRow[]>;
}

export type Verdict = 'met' | 'MISSED' | 'not judged';

export function judge({ ours, baseline, budget: { ratio, atLeast, atMost } }: BenchRow): Verdict {
  if (ratio === undefined && atLeast === undefined && atMost === undefined) return 'not judged';
  const isMet =
    (ratio === undefined || (baseline !== undefined && ours / baseline.value >= ratio)) &&
    (atLeast === undefined || ours >= atLeast) &&
    (atMost === undefined || ours <= atMost);
  return isMet ? 'met' : 'MISSED';
}

/** The middle of the measured values, which must not be empty. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value that this share of the measured values does not exceed; they must not be empty. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  if (value === undefined) throw new RangeError('no values to take a quantile of');
  return value;
}

/** Three figures that count; all of a large number. */
function format(value: number): string {
  return (value < 1000 ? Number(value.toPrecision(3)) : Math.round(value)).toLocaleString('en');
}

function cells(row: BenchRow): string[] {
  const { ratio, atLeast, atMost } = row.budget;
  const wanted = [
    ratio === undefined ? [] : [`ratio ≥ ${ratio}`],
    atLeast === undefined ? [] : [`≥ ${format(atLeast)}`],
    atMost === undefined ? [] : [`≤ ${format(atMost)}`],
  ];
  return [
    row.what,
    `${format(row.ours)} ${row.unit}`,
    row.baseline === undefined ? '' : `${format(row.baseline.value)} (${row.baseline.what})`,
    row.baseline === undefined ? '' : (row.ours / row.baseline.value).toFixed(2),
    wanted.flat().join(', '),
    judge(row),
  ];
}

/** A table for people, one line a row. */
export function formatTable(rows: readonly BenchRow[]): string {
  const table = [['what', 'ours', 'baseline', 'ratio', 'budget', ''], ...rows.map(cells)];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0))) ?? [];
  return table
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
