import type { EpochMs, ObservedValue, SuppressedCount } from '@meetbrug/protocols/observation';
import { exactDecimal, isSuppressed } from '@meetbrug/protocols/observation';

/** When and how counts of a device leave the edge. */
export interface SmallCountRule {
  /** A sum below this, zero included, is published as a range from 0 to `below` − 1. */
  readonly below: number;
  readonly windowSeconds: number;
  /** How long after its end a window waits for late uplinks before it is decided. */
  readonly closeAfterSeconds: number;
}

/** The count of a part of a window; null where it stands in another window, see {@link staysWhole}. */
export type Part = readonly [beginMs: EpochMs, count: number | null];

/** The counts of one datastream in one window. */
export interface CountCell {
  readonly below: number;
  /** By the begin of each: a repeated or corrected part replaces itself. */
  readonly parts: readonly Part[];
  /** What left the edge; undefined until the window has closed. */
  readonly published: ObservedValue | undefined;
}

/**
 * - `open`: the window has not been decided.
 * - `unchanged`: it has, and what was published still says it.
 * - `correction`: the published count is another count now, still not below the threshold.
 * - `crossing`: the sum lies on the other side of the threshold now. What was decided stays: two versions on both sides
 *   would tell what the threshold hides.
 */
export type ContributionOutcome = 'open' | 'unchanged' | 'correction' | 'crossing';

const MS_PER_SECOND = 1_000;

/** The most parts that a window has: one a minute for a day. */
export const PARTS_MAX = 1_440;

/**
 * Begin of the window that a count belongs to. Windows are aligned to the epoch. A count that spans two windows belongs
 * to the one in which it begins, whole: dividing it would invent numbers.
 */
export function windowBeginMs(countBeginMs: EpochMs, windowSeconds: number): EpochMs {
  const lengthMs = windowSeconds * MS_PER_SECOND;
  return Math.floor(countBeginMs / lengthMs) * lengthMs;
}

/** What is published of a sum. */
export function publishedCount(sum: number, below: number): ObservedValue {
  return sum < below ? ({ below } satisfies SuppressedCount) : exactDecimal(sum);
}

export function sumOf(parts: readonly Part[]): number {
  return parts.reduce((sum, [, count]) => sum + (count ?? 0), 0);
}

/**
 * Whether counts that one uplink brings are pieces of an interval whose count was decided whole. A late counter reading
 * does that: it splits an interval, and what was counted in the window of its begin belongs to two windows now. Both sums
 * would change by the same number, and the change of the one would tell the other. So they stay as they were: the whole
 * interval remains where it was counted, and its other pieces are noted without a count.
 */
export function staysWhole(touched: readonly { readonly cell: CountCell; readonly added: readonly Part[] }[]): boolean {
  const changes = touched.flatMap(({ cell, added }) => added.map(([beginMs, count]) => changeOf(cell, beginMs, count)));
  return changes.includes('piece') || (changes.length > 1 && changes.includes('decided'));
}

/** `decided`: another count than the one in a published sum. `piece`: its count stands in another window. */
function changeOf({ parts, published }: CountCell, beginMs: EpochMs, count: number | null) {
  const known = parts.find(([begin]) => begin === beginMs);
  if (known === undefined) return 'new';
  if (known[1] === null) return 'piece';
  return published !== undefined && known[1] !== count ? 'decided' : 'open';
}

/** Pieces without a count, for {@link staysWhole}: only those that are not known yet. */
export function withoutCounts({ parts }: CountCell, added: readonly Part[]): Part[] {
  const known = new Set(parts.map(([beginMs]) => beginMs));
  return added.flatMap(([beginMs]): Part[] => (known.has(beginMs) ? [] : [[beginMs, null]]));
}

/** A cell with more parts, and what that means for what was published. */
export function contribute(
  cell: CountCell,
  added: readonly Part[],
): { readonly cell: CountCell; readonly outcome: ContributionOutcome } {
  const begins = new Set(added.map(([beginMs]) => beginMs));
  const next = { ...cell, parts: [...cell.parts.filter(([beginMs]) => !begins.has(beginMs)), ...added] };
  if (cell.published === undefined) return { cell: next, outcome: 'open' };
  const sum = sumOf(next.parts);
  const isSmall = sum < cell.below;
  if (isSmall !== isSuppressed(cell.published)) return { cell: next, outcome: 'crossing' };
  if (isSmall || sum === sumPublished(cell.published)) return { cell: next, outcome: 'unchanged' };
  return { cell: { ...next, published: publishedCount(sum, cell.below) }, outcome: 'correction' };
}

function sumPublished(value: ObservedValue): number | undefined {
  return isSuppressed(value) ? undefined : value.mantissa;
}
