import { compareKeys } from './read-hot-rows.ts';
import type { RowPage, RowSource } from './row-source.ts';
import type { KeyedRow, SeriesKey } from './time-series.ts';

/**
 * Two sources as one: of an observation that both have, the higher revision. A page ends where the first of the two ends,
 * so that nothing is given before what may still come.
 */
export function mergeRowSources(one: RowSource, other: RowSource): RowSource {
  return {
    async page(range) {
      const [a, b] = await Promise.all([one.page(range), other.page(range)]);
      const direction = range.descending ? -1 : 1;
      const horizon = [a.next, b.next]
        .filter((next) => next !== undefined)
        .reduce<SeriesKey | undefined>(
          (first, next) => (first === undefined || compareKeys(next, first) * direction < 0 ? next : first),
          undefined,
        );
      const rows = mergeRows(a.rows, b.rows, direction).filter(
        (row) => horizon === undefined || compareKeys(row, horizon) * direction <= 0,
      );
      return cut(rows, range.limit, horizon);
    },
  };
}

function cut(rows: readonly KeyedRow[], limit: number, horizon: SeriesKey | undefined): RowPage {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return last === undefined ? { rows, next: horizon } : { rows: rows.slice(0, limit), next: last };
}

function mergeRows(a: readonly KeyedRow[], b: readonly KeyedRow[], direction: 1 | -1): KeyedRow[] {
  const merged: KeyedRow[] = [];
  let [i, j] = [0, 0];
  for (;;) {
    const [left, right] = [a[i], b[j]];
    if (left === undefined || right === undefined) return merged.concat(a.slice(i), b.slice(j));
    const order = compareKeys(left, right) * direction;
    if (order === 0) merged.push(left.revision >= right.revision ? left : right);
    else merged.push(order < 0 ? left : right);
    if (order <= 0) i += 1;
    if (order >= 0) j += 1;
  }
}
