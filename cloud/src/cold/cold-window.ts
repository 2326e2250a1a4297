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
  const { places, hasMore } = findPlaces(groups, range);
  const { count, begins, datastreams } = places;
  const columns = new Map(FIELDS.map((name) => [name, new Float64Array(count)]));
  const byGroup = groups.map((): number[] => []);
  for (let at = 0; at < count; at++) byGroup[places.groups[at] as number]?.push(at);
  for (const [group, found] of byGroup.entries()) {
    if (found.length === 0) continue;
    for (const [name, column] of columns) {
      const source = (groups[group] as WindowGroup).column(name);
      for (const at of found) column[at] = source[places.positions[at] as number] as number;
    }
  }
  const numberAt = (name: (typeof FIELDS)[number], at: number) => columns.get(name)?.[at] as number;
  const optionalAt = (name: (typeof FIELDS)[number], at: number) => {
    const value = numberAt(name, at);
    return Number.isNaN(value) ? null : value;
  };
  const key = (at: number) => ({ beginMs: begins[at] as number, datastream: datastreams[at] as number });
  return {
    rows: count,
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

/** Keys of rows and where each lies: as numbers side by side, since an object each is most of what a window costs. */
interface Places {
  readonly count: number;
  readonly begins: Float64Array;
  readonly datastreams: Float64Array;
  readonly groups: Int32Array;
  readonly positions: Int32Array;
}

/** The first places in the order asked for; `hasMore` may be said of rows that are not wanted. */
function findPlaces(
  groups: readonly WindowGroup[],
  range: WindowRange,
): { readonly places: Places; readonly hasMore: boolean } {
  const { wanted, fromMs, toMs, descending, after, rowsMax } = range;
  const direction = descending ? -1 : 1;
  const isInRange = (group: WindowGroup) => group.greatestMs >= fromMs && group.leastMs < toMs;
  const rows = groups.filter(isInRange).reduce((sum, group) => sum + group.rows, 0);
  const kept = allocate(Math.min(rows, 2 * rowsMax));
  let count = 0;
  /** What lies behind this is in no window of so many rows. */
  let lastMs: number | undefined;
  let dropped = false;

  const cut = () => {
    sortPlaces(kept, count, direction);
    if (count <= rowsMax) return;
    count = rowsMax;
    lastMs = kept.begins[count - 1];
    dropped = true;
  };
  const isPassed = (beginMs: number, datastream: number) =>
    after !== undefined && (beginMs - after.beginMs || datastream - after.datastream) * direction <= 0;
  const offer = (group: number, { column }: WindowGroup) => {
    const [datastreams, begins] = [column('datastream_id'), column('begin')];
    for (let position = 0; position < begins.length; position++) {
      const beginMs = begins[position] as number;
      if (beginMs < fromMs || beginMs >= toMs) continue;
      if (lastMs !== undefined && (beginMs - lastMs) * direction > 0) {
        dropped = true;
        continue;
      }
      const datastream = datastreams[position] as number;
      if (wanted?.has(datastream) === false || isPassed(beginMs, datastream)) continue;
      kept.begins[count] = beginMs;
      kept.datastreams[count] = datastream;
      kept.groups[count] = group;
      kept.positions[count] = position;
      count += 1;
      if (count >= 2 * rowsMax) cut();
    }
  };

  for (const [index, group] of groups.entries()) if (isInRange(group)) offer(index, group);
  cut();
  return { places: firstOf(kept, count), hasMore: dropped };
}

function allocate(rows: number): Omit<Places, 'count'> {
  return {
    begins: new Float64Array(rows),
    datastreams: new Float64Array(rows),
    groups: new Int32Array(rows),
    positions: new Int32Array(rows),
  };
}

/** Brings the first `count` places into their order. */
function sortPlaces(
  { begins, datastreams, groups, positions }: Omit<Places, 'count'>,
  count: number,
  direction: 1 | -1,
) {
  const order = Uint32Array.from({ length: count }, (_, at) => at).sort(
    (a, b) =>
      ((begins[a] as number) - (begins[b] as number) || (datastreams[a] as number) - (datastreams[b] as number)) *
      direction,
  );
  for (const column of [begins, datastreams, groups, positions]) {
    const before = column.slice(0, count);
    for (let at = 0; at < count; at++) column[at] = before[order[at] as number] as number;
  }
}

/** Copies, so that what was not wanted is not kept with what was. */
function firstOf({ begins, datastreams, groups, positions }: Omit<Places, 'count'>, count: number): Places {
  return {
    count,
    begins: begins.slice(0, count),
    datastreams: datastreams.slice(0, count),
    groups: groups.slice(0, count),
    positions: positions.slice(0, count),
  };
}
