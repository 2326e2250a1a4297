import { addMonths } from './month.ts';

/** How much of one organisation's month is in rows of the store, and how much in its file. */
export interface MonthRows {
  readonly hot: number;
  readonly cold: number;
}

/** Share of a file's rows that may have come late or been corrected before the file is written again. */
export const LATE_SHARE_MAX = 0.01;

/** @returns the first instant that is not in a closed month, as seen by a log whose last commit was at `lastStampMs` */
export function closedUntilMs(lastStampMs: number, afterMonths: number): number {
  return addMonths(lastStampMs, -afterMonths);
}

/** Whether a closed month is to be written: never was, or too much has come since. */
export function isMonthDue({ hot, cold }: MonthRows): boolean {
  return hot > cold * LATE_SHARE_MAX;
}

/** Whether so much of a file has expired that a new one is worth its writing: at least half. */
export function isRewriteCheap({ expired, rows }: { readonly expired: number; readonly rows: number }): boolean {
  return expired > 0 && expired >= rows / 2;
}

const GROUP_ROWS_MIN = 8_192;
const GROUP_ROWS_MAX = 131_072;
const GROUPS_WANTED = 256;

/** Rows of a row group: small ones make look-ups cheap, but each costs some 2.5 kB of the file's footer. */
export function groupRowsOf(rows: number): number {
  return Math.min(GROUP_ROWS_MAX, Math.max(GROUP_ROWS_MIN, Math.ceil(rows / GROUPS_WANTED)));
}
