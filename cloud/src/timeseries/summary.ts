import { packQuality, QUALITY_FLAGS } from '@meetbrug/protocols/observation';
import type { Aggregate, KeyedRow, QualityFilter } from './time-series.ts';

/**
 * What the observations of one datastream in a stretch of time come to, in a form that those of neighbouring stretches are
 * added from. Numbers are doubles; `scale` is the most decimals of any number, so that a sum can be brought back to them.
 */
export interface Summary {
  readonly count: number;
  readonly suppressed: number;
  readonly sum: number;
  readonly scale: number;
  /** Of the numbers; null when there are none. */
  readonly min: number | null;
  readonly max: number | null;
  readonly first: number | null;
  readonly last: number | null;
  /** Begin of the first and of the last observation, suppressed ones included. */
  readonly firstMs: number;
  readonly lastMs: number;
  /** The number that holds after `lastMs`; null when that observation is suppressed. */
  readonly held: number | null;
  /** Numbers times the milliseconds that they held up to `lastMs`, and those milliseconds. */
  readonly integral: number;
  readonly weightMs: number;
  /** All quality codes together, bit by bit. */
  readonly flags: number;
}

const POWERS = Array.from({ length: 10 }, (_, exponent) => 10 ** exponent);
const SIGNIFICANT_DIGITS = 12;

/** The double nearest to a row's decimal; null for a suppressed count. */
export function numberOf({ mantissa, scale }: Pick<KeyedRow, 'mantissa' | 'scale'>): number | null {
  return mantissa === null || scale === null ? null : mantissa / (POWERS[scale] ?? 10 ** scale);
}

/** The summary of one observation. */
export function summaryOf(row: Omit<KeyedRow, 'datastream'>): Summary {
  const value = numberOf(row);
  const { beginMs } = row;
  return {
    count: value === null ? 0 : 1,
    suppressed: value === null ? 1 : 0,
    sum: value ?? 0,
    scale: row.scale ?? 0,
    min: value,
    max: value,
    first: value,
    last: value,
    firstMs: beginMs,
    lastMs: beginMs,
    held: value,
    integral: 0,
    weightMs: 0,
    flags: row.quality,
  };
}

/** Of two stretches, the one that ends before the other begins first. */
export function joinSummaries(a: Summary, b: Summary): Summary {
  const heldMs = a.held === null ? 0 : b.firstMs - a.lastMs;
  return {
    count: a.count + b.count,
    suppressed: a.suppressed + b.suppressed,
    sum: a.sum + b.sum,
    scale: Math.max(a.scale, b.scale),
    min: lesser(a.min, b.min),
    max: greater(a.max, b.max),
    first: a.first ?? b.first,
    last: b.last ?? a.last,
    firstMs: a.firstMs,
    lastMs: b.lastMs,
    held: b.held,
    integral: a.integral + b.integral + (a.held ?? 0) * heldMs,
    weightMs: a.weightMs + b.weightMs + heldMs,
    flags: a.flags | b.flags,
  };
}

/** Joins what may not be there; undefined when neither is. */
export function joinOptional(a: Summary | undefined, b: Summary | undefined): Summary | undefined {
  return a === undefined || b === undefined ? (a ?? b) : joinSummaries(a, b);
}

/** The values of the aggregates, the last number holding until `endMs`. */
export function valuesOf(summary: Summary, aggregates: readonly Aggregate[], endMs: number): (number | null)[] {
  return aggregates.map((aggregate) => AGGREGATE_VALUES[aggregate](summary, endMs));
}

const AGGREGATE_VALUES: Readonly<Record<Aggregate, (summary: Summary, endMs: number) => number | null>> = {
  count: ({ count }) => count,
  sum: (summary) => (summary.count === 0 ? null : exactSum(summary)),
  mean: (summary) => (summary.count === 0 ? null : significant(exactSum(summary) / summary.count)),
  min: ({ min }) => min,
  max: ({ max }) => max,
  first: ({ first }) => first,
  last: ({ last }) => last,
  'time-weighted-mean'({ count, held, lastMs, integral, weightMs }, endMs) {
    if (count === 0) return null;
    const heldMs = held === null ? 0 : endMs - lastMs;
    return significant((integral + (held ?? 0) * heldMs) / (weightMs + heldMs));
  },
};

/** A sum of decimals has no more decimals than they have: what a double adds beyond is its own error. */
function exactSum({ sum, scale }: Summary): number {
  const power = POWERS[scale] ?? 10 ** scale;
  const mantissa = Math.round(sum * power);
  return Number.isSafeInteger(mantissa) ? mantissa / power : sum;
}

function significant(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(SIGNIFICANT_DIGITS));
}

function lesser(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

function greater(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

/** The bits of a quality code that an observation must not have; 0 lets all pass. */
export function refusedBits(quality: QualityFilter | undefined): number {
  const flags = quality?.without ?? [];
  // The first time source is all zeroes in the code, so only the flags are left.
  return flags.length === 0
    ? 0
    : packQuality({ timeSource: 'payload', flags: QUALITY_FLAGS.filter((flag) => flags.includes(flag)) });
}
