/** One figure beside its baseline, both measured in this run on this machine. */
export interface BenchRow {
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  /** Absent where the budget is absolute. */
  readonly baseline?: { readonly what: string; readonly value: number };
  readonly budget: { readonly ratio?: number; readonly value?: number };
}

/** A named measurement of one or more rows; `full` asks for the sizes of the long run. */
export interface Bench {
  readonly name: string;
  readonly about: string;
  run(options: { readonly full: boolean }): Promise<readonly BenchRow[]>;
}

export function meetsBudget({ ours, baseline, budget }: BenchRow): boolean {
  const ratioMet = budget.ratio === undefined || (baseline !== undefined && ours / baseline.value >= budget.ratio);
  return ratioMet && (budget.value === undefined || ours >= budget.value);
}

/** The middle of the measured values, which must not be empty. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted[sorted.length >> 1];
  if (middle === undefined) throw new RangeError('no values to take the median of');
  return middle;
}

const round = (value: number) => Math.round(value).toLocaleString('en');

function cells(row: BenchRow): string[] {
  const { ratio, value } = row.budget;
  const wanted = [ratio === undefined ? '' : `ratio ≥ ${ratio}`, value === undefined ? '' : `≥ ${round(value)}`];
  return [
    row.what,
    `${round(row.ours)} ${row.unit}`,
    row.baseline === undefined ? '' : `${round(row.baseline.value)} (${row.baseline.what})`,
    row.baseline === undefined ? '' : (row.ours / row.baseline.value).toFixed(2),
    wanted.filter((text) => text !== '').join(', '),
    meetsBudget(row) ? 'met' : 'MISSED',
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
