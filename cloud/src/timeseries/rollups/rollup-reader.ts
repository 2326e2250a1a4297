import type { Store } from '../../log/open-store.ts';
import { createExpiry } from '../../retention/expiry.ts';
import { HOUR_MS } from '../bucket-calendar.ts';
import type { Summary } from '../summary.ts';
import type { DatastreamId } from '../time-series.ts';
import type { Rollups } from './open-rollups.ts';
import { HOURS_PER_DAY } from './rollup-schema.ts';
import { fromColumns, SUMMARY_COLUMN_NAMES, type SummaryColumns } from './summary-columns.ts';

/** Whole hours since 1970 of one datastream. */
export interface HourRange {
  readonly datastream: DatastreamId;
  readonly fromHour: number;
  readonly toHour: number;
  /** Whether a UTC day that lies in the range may be given as one. */
  readonly mayJoinDay: (day: number) => boolean;
  /** Hours with an observation that has any of these bits in its quality are to be read from the series. */
  readonly refusedBits: number;
}

export interface HourSummaries {
  /** What is known: hours and days, in order of time. */
  readonly known: readonly { readonly fromMs: number; readonly summary: Summary }[];
  /** What must be read from the series, in order of time. */
  readonly unknown: readonly Stretch[];
}

/** From its first instant up to, and without, its last. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface RollupReader {
  /** Reads for one question, at one moment: what is committed later may or may not show. */
  read(ranges: readonly HourRange[]): HourSummaries[];
}

/** Rows of the log that a question looks through; while the rollups are further behind they are not used. */
const TAIL_MAX = 50_000;

/** Gives what is known for sure: an hour that is neither dirty nor touched by the log behind where the rollups are. */
export function createRollupReader(store: Store, rollups: Rollups): RollupReader {
  const statements = prepare(store, rollups);
  const lookAtExpiry = createExpiry(store);

  /** Hours that the log touched behind the rollups; undefined when they are too far behind. */
  const readTail = (stream: number, nextOrdinal: number): ReadonlyMap<DatastreamId, readonly number[]> | undefined => {
    const rows = statements.tail.all(stream, nextOrdinal, TAIL_MAX + 1) as [datastream: number, beginMs: number][];
    if (rows.length > TAIL_MAX) return undefined;
    const touched = new Map<DatastreamId, number[]>();
    for (const [datastream, beginMs] of rows) {
      const hours = touched.get(datastream);
      const hour = Math.floor(beginMs / HOUR_MS);
      if (hours === undefined) touched.set(datastream, [hour]);
      else hours.push(hour);
    }
    return touched;
  };

  const readOne = (range: HourRange, touched: readonly number[] | undefined): HourSummaries => {
    const { datastream, fromHour, toHour } = range;
    const unsure = new Set(
      (statements.dirtyHours.all(datastream, fromHour, toHour) as [number][]).map(([hour]) => hour),
    );
    for (const hour of touched ?? []) if (hour >= fromHour && hour < toHour) unsure.add(hour);
    const unsureDays = new Set([...unsure].map((hour) => Math.floor(hour / HOURS_PER_DAY)));
    const lastDay = Math.floor((toHour - 1) / HOURS_PER_DAY);
    const firstDay = Math.floor(fromHour / HOURS_PER_DAY);
    for (const [day] of statements.dirtyDays.all(datastream, firstDay, lastDay) as [number][]) unsureDays.add(day);

    const known: { fromMs: number; summary: Summary }[] = [];
    const readHours = (day: number) => {
      const hours = statements.hours.all(day, datastream, fromHour, toHour) as [hour: number, ...SummaryColumns][];
      for (const row of hours) {
        const [hour] = row;
        if (unsure.has(hour)) continue;
        const summary = fromColumns(row, 1);
        if ((summary.flags & range.refusedBits) !== 0) unsure.add(hour);
        else known.push({ fromMs: hour * HOUR_MS, summary });
      }
    };
    const begin = statements.oldestDay.get()?.day ?? Number.POSITIVE_INFINITY;
    const end = statements.newestDay.get()?.day ?? Number.NEGATIVE_INFINITY;
    for (let day = Math.max(firstDay, begin); day <= Math.min(lastDay, end); day++) {
      const isWhole = day * HOURS_PER_DAY >= fromHour && (day + 1) * HOURS_PER_DAY <= toHour;
      const whole = isWhole && !unsureDays.has(day) && range.mayJoinDay(day) ? readDay(day, datastream) : undefined;
      if (whole === 'none') continue;
      if (whole === undefined || (whole.flags & range.refusedBits) !== 0) readHours(day);
      else known.push({ fromMs: day * HOURS_PER_DAY * HOUR_MS, summary: whole });
    }
    return { known, unknown: joinHours([...unsure].sort((a, b) => a - b)) };
  };

  const readDay = (day: number, datastream: DatastreamId): Summary | 'none' => {
    const columns = statements.day.get(day, datastream) as SummaryColumns | undefined;
    return columns === undefined ? 'none' : fromColumns(columns);
  };

  return {
    // The rollups stand still meanwhile; the tail is read after where they are, so that nothing falls between.
    read: rollups.transaction((ranges: readonly HourRange[]) => {
      const progress = new Map(statements.progress.all().map(({ stream, nextOrdinal }) => [stream, nextOrdinal]));
      const tails = new Map<number, ReturnType<typeof readTail>>();
      const expired = lookAtExpiry();
      return ranges.map((range) => {
        const stream = statements.streamOf.get(range.datastream)?.stream;
        if (stream === undefined) return { known: [], unknown: [] };
        if (!tails.has(stream)) tails.set(stream, readTail(stream, progress.get(stream) ?? 0));
        const tail = tails.get(stream);
        if (tail !== undefined) {
          return readBehindCutoff(range, expired.cutoffMs(range.datastream), (kept) =>
            readOne(kept, tail.get(range.datastream)),
          );
        }
        return { known: [], unknown: [{ fromMs: range.fromHour * HOUR_MS, toMs: range.toHour * HOUR_MS }] };
      });
    }),
  };
}

/** Hours of which something may have expired are read from the series: little is left of them. */
function readBehindCutoff(
  range: HourRange,
  cutoffMs: number,
  read: (range: HourRange) => HourSummaries,
): HourSummaries {
  const { fromHour, toHour } = range;
  const keptHour = Math.ceil(cutoffMs / HOUR_MS);
  if (!(keptHour > fromHour)) return read(range);
  const first = { fromMs: fromHour * HOUR_MS, toMs: Math.min(keptHour, toHour) * HOUR_MS };
  if (keptHour >= toHour) return { known: [], unknown: [first] };
  const { known, unknown } = read({ ...range, fromHour: keptHour });
  return { known, unknown: [first, ...unknown] };
}

function joinHours(hours: readonly number[]): Stretch[] {
  const stretches: { fromMs: number; toMs: number }[] = [];
  for (const hour of hours) {
    const last = stretches.at(-1);
    if (last?.toMs === hour * HOUR_MS) last.toMs += HOUR_MS;
    else stretches.push({ fromMs: hour * HOUR_MS, toMs: (hour + 1) * HOUR_MS });
  }
  return stretches;
}

function prepare(store: Store, rollups: Rollups) {
  return {
    streamOf: store.prepare<[number], { stream: number }>('SELECT stream FROM datastream WHERE id = ?'),
    tail: store
      .prepare<[number, number, number]>(
        'SELECT datastream, begin_ms FROM log WHERE stream = ? AND ordinal >= ? ORDER BY ordinal LIMIT ?',
      )
      .raw(),
    progress: rollups.prepare<[], { stream: number; nextOrdinal: number }>(
      'SELECT stream, next_ordinal AS nextOrdinal FROM progress',
    ),
    dirtyHours: rollups
      .prepare<[number, number, number]>('SELECT hour FROM dirty_hour WHERE datastream = ? AND hour >= ? AND hour < ?')
      .raw(),
    dirtyDays: rollups
      .prepare<[number, number, number]>('SELECT day FROM dirty_day WHERE datastream = ? AND day >= ? AND day <= ?')
      .raw(),
    oldestDay: rollups.prepare<[], { day: number }>('SELECT day FROM hourly ORDER BY day LIMIT 1'),
    newestDay: rollups.prepare<[], { day: number }>('SELECT day FROM hourly ORDER BY day DESC LIMIT 1'),
    hours: rollups
      .prepare<[number, number, number, number]>(`
        SELECT hour, ${SUMMARY_COLUMN_NAMES} FROM hourly
        WHERE day = ? AND datastream = ? AND hour >= ? AND hour < ? ORDER BY hour`)
      .raw(),
    day: rollups
      .prepare<[number, number]>(`SELECT ${SUMMARY_COLUMN_NAMES} FROM daily WHERE day = ? AND datastream = ?`)
      .raw(),
  };
}
