/** Months are those of UTC: their bounds are bounds of quarters of an hour. */
export interface MonthSpan {
  readonly fromMs: number;
  /** First instant that no longer belongs to it. */
  readonly toMs: number;
}

/** @returns the month of an instant, as `2026-01` */
export function monthOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, -17);
}

/** @param month as {@link monthOf} gives it */
export function spanOf(month: string): MonthSpan {
  const fromMs = Date.parse(`${month}-01T00:00:00Z`);
  return { fromMs, toMs: addMonths(fromMs, 1) };
}

/** @returns the first instant of the month that is so many months behind the one of `ms`; before it with a negative count */
export function addMonths(ms: number, months: number): number {
  const date = new Date(ms);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
}
