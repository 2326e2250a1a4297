import type { ColdRow, RowVersion } from './cold-row.ts';
import type { ColumnCache } from './column-cache.ts';
import type { ColdFile } from './open-cold-file.ts';

/** Which rows of a file to read: begins in [`fromMs`, `toMs`) of the datastreams from `first` to `last`. */
export interface FileRange {
  readonly firstDatastream: number;
  readonly lastDatastream: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Reads rows in the order of the file. Only what a row group's bounds do not rule out is decoded. */
export interface FileRows {
  /** At most `limit` rows: the first of them, or with `descending` the last, in the order of the file either way. */
  rows(file: ColdFile, range: FileRange, limit: number, descending?: boolean): ColdRow[];
  /** Which versions of which observations there are: cheaper than the rows. */
  versions(file: ColdFile, range: FileRange): RowVersion[];
}

export function createFileRows(cache: ColumnCache): FileRows {
  const positions = (file: ColdFile, group: number, range: FileRange): number[] => {
    const datastreams = cache.column(file, group, 'datastream_id');
    const begins = cache.column(file, group, 'begin');
    const found: number[] = [];
    let at = firstAtOrBehind(datastreams, range.firstDatastream);
    while (at < datastreams.length) {
      const datastream = datastreams[at] as number;
      if (datastream > range.lastDatastream) break;
      const end = firstAtOrBehind(datastreams, datastream + 1, at);
      const from = firstAtOrBehind(begins, range.fromMs, at, end);
      const to = firstAtOrBehind(begins, range.toMs, from, end);
      for (let index = from; index < to; index++) found.push(index);
      at = end;
    }
    return found;
  };

  return {
    rows(file, range, limit, descending = false) {
      const groups = groupsIn(file, range);
      const chunks: ColdRow[][] = [];
      let count = 0;
      for (const group of descending ? groups.reverse() : groups) {
        const found = positions(file, group, range);
        const left = limit - count;
        const wanted = descending ? found.slice(Math.max(0, found.length - left)) : found.slice(0, left);
        if (wanted.length > 0) chunks.push(rowsAt(cache, file, group, wanted));
        count += wanted.length;
        if (count >= limit) break;
      }
      return (descending ? chunks.reverse() : chunks).flat();
    },
    versions(file, range) {
      return groupsIn(file, range).flatMap((group) => {
        const column = (name: string) => cache.column(file, group, name);
        const found = positions(file, group, range);
        if (found.length === 0) return [];
        const [datastreams, begins] = [column('datastream_id'), column('begin')];
        const [revisions, confirmed] = [column('revision'), column('confirmed_revision')];
        return found.map((at) => ({
          datastream: numberAt(datastreams, at),
          beginMs: numberAt(begins, at),
          revision: numberAt(revisions, at),
          confirmedRevision: numberAt(confirmed, at),
        }));
      });
    },
  };
}

/** Row groups whose bounds do not rule a range out, by their places in the file. */
export function groupsIn({ groups }: ColdFile, { firstDatastream, lastDatastream, fromMs, toMs }: FileRange): number[] {
  return groups.flatMap((group, index) => {
    const isOutside =
      group.lastDatastream < firstDatastream ||
      group.firstDatastream > lastDatastream ||
      group.greatestMs < fromMs ||
      group.leastMs >= toMs;
    return isOutside ? [] : [index];
  });
}

function rowsAt(cache: ColumnCache, file: ColdFile, group: number, positions: readonly number[]): ColdRow[] {
  const column = (name: string) => cache.column(file, group, name);
  const [datastreams, begins, ends, results] = [
    column('datastream_id'),
    column('begin'),
    column('end'),
    column('result'),
  ];
  const [mantissas, scales, belows] = [column('mantissa'), column('scale'), column('below')];
  const [qualities, stamps] = [column('quality_code'), column('generated')];
  const [revisions, confirmed] = [column('revision'), column('confirmed_revision')];
  return positions.map((at) => ({
    datastream: numberAt(datastreams, at),
    beginMs: numberAt(begins, at),
    endMs: optionalAt(ends, at),
    resultMs: numberAt(results, at),
    mantissa: optionalAt(mantissas, at),
    scale: optionalAt(scales, at),
    below: optionalAt(belows, at),
    quality: numberAt(qualities, at),
    revision: numberAt(revisions, at),
    confirmedRevision: numberAt(confirmed, at),
    stampMs: numberAt(stamps, at),
  }));
}

function numberAt(numbers: Float64Array, at: number): number {
  return numbers[at] as number;
}

function optionalAt(numbers: Float64Array, at: number): number | null {
  const value = numberAt(numbers, at);
  return Number.isNaN(value) ? null : value;
}

/** Position of the first of rising numbers that is not below `least`. */
function firstAtOrBehind(numbers: Float64Array, least: number, from = 0, end = numbers.length): number {
  let [low, high] = [from, end];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] as number) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
