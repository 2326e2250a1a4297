/** Deeper than any sensor writes. */
export const JSON_DEPTH_MAX = 32;
/** Values and containers together: a day of minutes for six quantities, or a report of that size. */
export const JSON_VALUES_MAX = 10_000;

/**
 * Whether a parsed JSON value is small enough to be handed on: at most {@link JSON_DEPTH_MAX} levels and
 * {@link JSON_VALUES_MAX} values. Looks at no more than that many, without recursion, whatever came.
 */
export function isBoundedJson(value: unknown): boolean {
  let level: unknown[] = [value];
  let seen = 0;
  for (let depth = 0; depth <= JSON_DEPTH_MAX; depth += 1) {
    seen += level.length;
    const next: unknown[] = [];
    for (const one of level) {
      if (typeof one !== 'object' || one === null) continue;
      for (const inner of Array.isArray(one) ? one : Object.values(one)) {
        next.push(inner);
        if (seen + next.length > JSON_VALUES_MAX) return false;
      }
    }
    if (next.length === 0) return true;
    level = next;
  }
  return false;
}

export type JsonFields = Readonly<Record<string, unknown>>;

/** Whether a parsed JSON value is an object with names. */
export function isJsonFields(value: unknown): value is JsonFields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
