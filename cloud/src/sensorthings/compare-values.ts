import { parseInstant } from '@meetbrug/protocols/observation';
import type { Comparison } from './syntax.ts';
import { DurationValue, TimeValue } from './values.ts';

/**
 * Compares two values of an expression. Null equals null and nothing else, and is neither greater nor less; so are values
 * of types that do not fit. Text beside a time is read as one, since JSON has no times.
 */
export function compareValues(operator: Comparison, left: unknown, right: unknown): boolean {
  if (operator === 'ne') return !compareValues('eq', left, right);
  if (left === null || right === null) return operator === 'eq' && left === right;
  const [a, b] = [besideTime(left, right), besideTime(right, left)];
  if (a instanceof TimeValue && b instanceof TimeValue) return compareTimes(operator, a, b);
  if (a instanceof DurationValue && b instanceof DurationValue) return compareOrdered(operator, a.ms, b.ms);
  if (typeof a !== typeof b || typeof a === 'object') return false;
  return compareOrdered(operator, a as number, b as number);
}

function besideTime(value: unknown, other: unknown): unknown {
  if (typeof value !== 'string' || !(other instanceof TimeValue)) return value;
  const ms = parseInstant(value);
  return ms === undefined ? value : new TimeValue(ms);
}

/**
 * Times as instants and half-open intervals: one is less when it has ended by the begin of the other, greater the other
 * way round; `ge` and `le` compare the begins. So either side may stand first, and what is less is also less or equal.
 */
function compareTimes(operator: Exclude<Comparison, 'ne'>, a: TimeValue, b: TimeValue): boolean {
  switch (operator) {
    case 'eq':
      return a.beginMs === b.beginMs && a.endMs === b.endMs;
    case 'lt':
      return isBefore(a, b);
    case 'gt':
      return isBefore(b, a);
    case 'le':
      return a.beginMs <= b.beginMs;
    case 'ge':
      return a.beginMs >= b.beginMs;
  }
}

function isBefore(a: TimeValue, b: TimeValue): boolean {
  return a.endMs === undefined ? a.beginMs < b.beginMs : a.endMs <= b.beginMs;
}

function compareOrdered<T extends number | string | bigint>(operator: Exclude<Comparison, 'ne'>, a: T, b: T): boolean {
  switch (operator) {
    case 'eq':
      return a === b;
    case 'lt':
      return a < b;
    case 'gt':
      return a > b;
    case 'le':
      return a <= b;
    case 'ge':
      return a >= b;
  }
}
