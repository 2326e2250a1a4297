import type {
  Aggregate,
  Bucket,
  DownsampleQuery,
  KeyedRow,
  QualityFilter,
  RangeQuery,
  SeriesStatistics,
  StatisticsQuery,
  TimeRange,
} from '@meetbrug/cloud/src/timeseries/time-series.ts';
import { unpackQuality } from '@meetbrug/protocols/observation';

/**
 * What every query must answer, computed the plain way from a list of all versions: no index, no sums kept, no pages. Days
 * and months are found by asking the calendar of the zone for the date of every observation.
 */
export class ReferenceSeries {
  readonly #rows = new Map<string, KeyedRow>();
  readonly #revisions = new Map<string, number>();

  /** The highest revision says what the value is; the version that said it first is the one that stays. */
  write(row: KeyedRow): void {
    const key = `${row.datastream} ${row.beginMs}`;
    const current = this.#rows.get(key);
    if (current !== undefined && row.revision <= (this.#revisions.get(key) ?? 0)) return;
    this.#revisions.set(key, row.revision);
    if (current === undefined || !saysTheSame(current, row)) this.#rows.set(key, row);
  }

  range({ order, quality, ...range }: Omit<RangeQuery, 'limit' | 'cursor'>): KeyedRow[] {
    const rows = this.#select(range, quality);
    return order === 'asc' ? rows : rows.reverse();
  }

  downsample({
    every,
    zone,
    aggregates,
    quality,
    ...range
  }: Omit<DownsampleQuery, 'limit' | 'cursor'>): Omit<Bucket, 'beginMs' | 'endMs'>[] {
    const groups = new Map<string, KeyedRow[]>();
    for (const row of this.#select(range, quality)) {
      const key = `${labelOf(row.beginMs, every, zone)} ${String(row.datastream).padStart(9, '0')}`;
      groups.set(key, [...(groups.get(key) ?? []), row]);
    }
    return [...groups]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, rows]) => {
        const label = key.slice(0, key.lastIndexOf(' '));
        const endMs = Math.min(range.toMs, endOfLabel(label, rows.at(-1)?.beginMs ?? 0, every, zone));
        const [first] = rows;
        return {
          datastream: first?.datastream ?? 0,
          count: numbersOf(rows).length,
          suppressed: rows.length - numbersOf(rows).length,
          values: aggregates.map((aggregate) => aggregateOf(rows, aggregate, endMs)),
        };
      });
  }

  latest(datastreams: readonly number[]): KeyedRow[] {
    return [...datastreams]
      .sort((a, b) => a - b)
      .flatMap((id) => {
        const last = this.#select({ datastreams: [id], fromMs: -Infinity, toMs: Infinity }).at(-1);
        return last === undefined ? [] : [last];
      });
  }

  statistics({ quality, ...range }: StatisticsQuery): SeriesStatistics[] {
    return [...range.datastreams]
      .sort((a, b) => a - b)
      .flatMap((datastream) => {
        const rows = this.#select({ ...range, datastreams: [datastream] }, quality);
        if (rows.length === 0) return [];
        const of = (aggregate: Aggregate) => aggregateOf(rows, aggregate, range.toMs);
        const count = numbersOf(rows).length;
        return [
          {
            datastream,
            count,
            suppressed: rows.length - count,
            min: of('min'),
            max: of('max'),
            mean: of('mean'),
            first: of('first'),
            last: of('last'),
          },
        ];
      });
  }

  #select({ datastreams, fromMs, toMs }: TimeRange, quality?: QualityFilter): KeyedRow[] {
    const refused = new Set<string>(quality?.without);
    return [...this.#rows.values()]
      .filter((row) => datastreams.includes(row.datastream) && row.beginMs >= fromMs && row.beginMs < toMs)
      .filter((row) => unpackQuality(row.quality)?.flags.every((flag) => !refused.has(flag)))
      .sort((a, b) => a.beginMs - b.beginMs || a.datastream - b.datastream);
  }
}

function saysTheSame(a: KeyedRow, b: KeyedRow): boolean {
  return a.mantissa === b.mantissa && a.scale === b.scale && a.below === b.below && a.endMs === b.endMs;
}

const MINUTES: Readonly<Record<string, number>> = { PT1M: 1, PT5M: 5, PT10M: 10, PT15M: 15, PT30M: 30, PT1H: 60 };
const DAY_MS = 86_400_000;
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const formats = new Map<string, Intl.DateTimeFormat>();

function localDate(ms: number, zone: string): { date: string; weekday: string } {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      weekday: 'short',
    });
    formats.set(zone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]));
  return { date: `${parts.year}-${parts.month}-${parts.day}`, weekday: parts.weekday ?? '' };
}

/** Names the bucket that an instant lies in, such that names sort as their buckets do. */
function labelOf(ms: number, every: string, zone: string): string {
  const minutes = MINUTES[every];
  if (minutes !== undefined) return String(Math.floor(ms / (minutes * 60_000))).padStart(12, '0');
  const { date, weekday } = localDate(ms, zone);
  if (every === 'P1Y') return date.slice(0, 4);
  if (every === 'P1M') return date.slice(0, 7);
  if (every === 'P1D') return date;
  const day = new Date(`${date}T00:00:00Z`).getTime() - WEEKDAYS.indexOf(weekday) * 86_400_000;
  return new Date(day).toISOString().slice(0, 10);
}

/** First quarter of an hour behind an instant that has another name; clocks change at whole quarters. */
function endOfLabel(label: string, fromMs: number, every: string, zone: string): number {
  const stepMs = Math.min(15, MINUTES[every] ?? 15) * 60_000;
  let ms = (Math.floor(fromMs / stepMs) + 1) * stepMs;
  for (const strideMs of [DAY_MS, stepMs])
    while (labelOf(ms + strideMs - stepMs, every, zone) === label) ms += strideMs;
  return ms;
}

function numbersOf(rows: readonly KeyedRow[]): number[] {
  return rows.flatMap((row) => (row.below === null ? [decimalNumber(row)] : []));
}

function decimalNumber({ mantissa, scale }: KeyedRow): number {
  return Number(`${mantissa}e-${scale}`);
}

function aggregateOf(rows: readonly KeyedRow[], aggregate: Aggregate, endMs: number): number | null {
  const numbers = numbersOf(rows);
  if (aggregate === 'count') return numbers.length;
  if (numbers.length === 0) return null;
  switch (aggregate) {
    case 'min':
      return Math.min(...numbers);
    case 'max':
      return Math.max(...numbers);
    case 'first':
      return numbers[0] ?? null;
    case 'last':
      return numbers.at(-1) ?? null;
    case 'sum':
      return exactSum(rows);
    case 'mean':
      return exactSum(rows) / numbers.length;
    case 'time-weighted-mean':
      return weightedMean(rows, endMs);
  }
}

function exactSum(rows: readonly KeyedRow[]): number {
  const units = rows.reduce(
    (sum, { mantissa, scale }) => (mantissa === null ? sum : sum + BigInt(mantissa) * 10n ** BigInt(9 - (scale ?? 0))),
    0n,
  );
  return Number(units) / 1e9;
}

function weightedMean(rows: readonly KeyedRow[], endMs: number): number {
  let [weighted, weight] = [0, 0];
  rows.forEach((row, index) => {
    if (row.below !== null) return;
    const heldMs = (rows[index + 1]?.beginMs ?? endMs) - row.beginMs;
    weighted += decimalNumber(row) * heldMs;
    weight += heldMs;
  });
  return weighted / weight;
}
