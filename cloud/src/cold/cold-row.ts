import type { StoredValue } from '../log/stored-value.ts';

/** A row of the series as a file keeps it: all that the store had. */
export interface ColdRow extends StoredValue {
  readonly datastream: number;
  readonly beginMs: number;
  readonly endMs: number | null;
  readonly resultMs: number;
  readonly quality: number;
  readonly revision: number;
  readonly confirmedRevision: number;
  readonly stampMs: number;
}

/** Which version of which observation a row is. */
export type RowVersion = Pick<ColdRow, 'datastream' | 'beginMs' | 'revision' | 'confirmedRevision'>;

/** Order of the rows in a file. */
export function compareInFile(a: RowVersion, b: RowVersion): number {
  return a.datastream - b.datastream || a.beginMs - b.beginMs;
}

/** Of two rows of one observation the one that counts: the higher revision, then the one that more is known of. */
export function newerOf<Row extends Pick<ColdRow, 'revision'>>(hot: Row, cold: Row): Row {
  return cold.revision > hot.revision ? cold : hot;
}

/**
 * Two lists in one order as one list in that order; of what both have the newer stays.
 * @param compare zero for rows of one observation
 */
export function mergeRows<Row extends Pick<ColdRow, 'revision'>>(
  hot: readonly Row[],
  cold: readonly Row[],
  compare: (a: Row, b: Row) => number,
): readonly Row[] {
  if (cold.length === 0) return hot;
  if (hot.length === 0) return cold;
  const merged: Row[] = [];
  let next = 0;
  for (const row of hot) {
    let other = cold[next];
    while (other !== undefined && compare(other, row) < 0) {
      merged.push(other);
      other = cold[++next];
    }
    const isSame = other !== undefined && compare(other, row) === 0;
    merged.push(isSame ? newerOf(row, other as Row) : row);
    if (isSame) next += 1;
  }
  for (; next < cold.length; next++) merged.push(cold[next] as Row);
  return merged;
}
