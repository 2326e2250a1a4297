import type { SeriesKey } from '../timeseries/time-series.ts';
import type { ColdRow } from './cold-row.ts';

/** A row group that is read column by column; the columns of a group are equally long and sorted by datastream, then begin. */
export interface WindowGroup {
  readonly rows: number;
  readonly leastMs: number;
  readonly greatestMs: number;
  /** NaN where there is nothing. */
  column(name: string): Float64Array;
}

/** Which rows a window holds: the first `rowsMax` behind `after`, in the order asked for. */
export interface WindowRange {
  /** All of them without it. */
  readonly wanted: ReadonlySet<number> | undefined;
  readonly fromMs: number;
  readonly toMs: number;
  readonly descending: boolean;
  readonly after: SeriesKey | undefined;
  readonly rowsMax: number;
}

/** Rows of several row groups in the order of their keys, as numbers side by side: an object each would be thrice as large. */
export interface ColdWindow {
  readonly rows: number;
  /** Whether the groups have more behind them. */
  readonly hasMore: boolean;
  key(at: number): SeriesKey;
  row(at: number): ColdRow;
}

const FIELDS = [
  'end',
  'result',
  'mantissa',
  'scale',
  'below',
  'quality_code',
  'revision',
  'confirmed_revision',
  'generated',
] as const;

/**
 * Finds the rows of a window by their keys alone, keeping no more than twice as many as it may hold, then reads the rest of
 * those rows. Each group is decoded once, whatever lies in it.
 */
export function readWindow(groups: readonly WindowGroup[], range: WindowRange): ColdWindow {
  const { found, hasMore } = findPlaces(groups, range);
  const columns = new Map(FIELDS.map((name) => [name, new Float64Array(found.length)]));
  const byGroup = Map.groupBy(found.keys(), (at) => (found[at] as Place).group);
  for (const [group, positions] of byGroup) {
    for (const [name, column] of columns) {
      const source = (groups[group] as WindowGroup).column(name);
      for (const at of positions) column[at] = source[(found[at] as Place).position] as number;
    }
  }
  const begins = Float64Array.from(found, ({ beginMs }) => beginMs);
  const datastreams = Float64Array.from(found, ({ datastream }) => datastream);
  const numberAt = (name: (typeof FIELDS)[number], at: number) => columns.get(name)?.[at] as number;
  const optionalAt = (name: (typeof FIELDS)[number], at: number) => {
    const value = numberAt(name, at);
    return Number.isNaN(value) ? null : value;
  };
  const key = (at: number) => ({ beginMs: begins[at] as number, datastream: datastreams[at] as number });
  return {
    rows: found.length,
    hasMore,
    key,
    row: (at) => ({
      ...key(at),
      endMs: optionalAt('end', at),
      resultMs: numberAt('result', at),
      mantissa: optionalAt('mantissa', at),
      scale: optionalAt('scale', at),
      below: optionalAt('below', at),
      quality: numberAt('quality_code', at),
      revision: numberAt('revision', at),
      confirmedRevision: numberAt('confirmed_revision', at),
      stampMs: numberAt('generated', at),
    }),
  };
}

interface Place extends SeriesKey {
  readonly group: number;
  readonly position: number;
}

/** The first places in the order asked for; `hasMore` may be said of rows that are not wanted. */
function findPlaces(
  groups: readonly WindowGroup[],
  range: WindowRange,
): { readonly found: readonly Place[]; readonly hasMore: boolean } {
  const { wanted, fromMs, toMs, descending, after, rowsMax } = range;
  const direction = descending ? -1 : 1;
  const compare = (a: SeriesKey, b: SeriesKey) => (a.beginMs - b.beginMs || a.datastream - b.datastream) * direction;
  let kept: Place[] = [];
  /** What lies behind this is in no window of so many rows. */
  let last: Place | undefined;
  let dropped = false;

  const cut = () => {
    kept.sort(compare);
    if (kept.length <= rowsMax) return;
    kept = kept.slice(0, rowsMax);
    last = kept.at(-1);
    dropped = true;
  };
  const offer = (group: number, { column }: WindowGroup) => {
    const [datastreams, begins] = [column('datastream_id'), column('begin')];
    for (let position = 0; position < begins.length; position++) {
      const beginMs = begins[position] as number;
      if (beginMs < fromMs || beginMs >= toMs) continue;
      if (last !== undefined && (beginMs - last.beginMs) * direction > 0) {
        dropped = true;
        continue;
      }
      const datastream = datastreams[position] as number;
      if (wanted?.has(datastream) === false) continue;
      const place = { beginMs, datastream, group, position };
      if (after !== undefined && compare(place, after) <= 0) continue;
      kept.push(place);
      if (kept.length >= 2 * rowsMax) cut();
    }
  };

  for (const [index, group] of groups.entries()) {
    if (group.greatestMs >= fromMs && group.leastMs < toMs) offer(index, group);
  }
  cut();
  return { found: kept, hasMore: dropped };
}
