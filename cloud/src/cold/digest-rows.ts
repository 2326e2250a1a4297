import { createHash } from 'node:crypto';
import type { ColdRow } from './cold-row.ts';

/** Names a sequence of rows by all that they hold, so that what was read back can be held against what was written. */
export interface RowDigest {
  add(rows: readonly ColdRow[]): void;
  /** Rows so far and the hash over them; to be called once. */
  finish(): { readonly rows: number; readonly hash: string };
}

const FIELDS = 11;

export function createRowDigest(): RowDigest {
  const hash = createHash('sha256');
  let count = 0;
  return {
    add(rows) {
      const numbers = new Float64Array(rows.length * FIELDS);
      rows.forEach((row, index) => {
        numbers.set(numbersOf(row), index * FIELDS);
      });
      hash.update(numbers);
      count += rows.length;
    },
    finish: () => ({ rows: count, hash: hash.digest('hex') }),
  };
}

/** No field is ever NaN, so that NaN can stand for what is missing. */
function numbersOf(row: ColdRow): number[] {
  const { datastream, beginMs, endMs, resultMs, mantissa, scale, below } = row;
  const optional = [endMs, mantissa, scale, below].map((value) => value ?? Number.NaN);
  return [datastream, beginMs, resultMs, row.quality, row.revision, row.confirmedRevision, row.stampMs, ...optional];
}
