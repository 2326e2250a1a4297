import { ROW_FIELDS } from './line-protocol.ts';

/** A datastream as InfluxDB knows it. */
export interface NamedSeries {
  readonly id: number;
  readonly organisation: string;
  readonly datastreamKey: string;
  readonly measurement: string;
}

/** InfluxDB counts nanoseconds in 64 bits: instants beyond are as good as never. */
const INSTANT_MAX_MS = 9_000_000_000_000;
/** Datastreams that one statement names: what InfluxDB 1.x does with a condition grows faster than its length. */
export const SERIES_PER_STATEMENT = 20;

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Rows of each datastream, at most `limit` of each. */
export function selectRows(series: readonly NamedSeries[], span: Span, isDescending: boolean, limit: number): string {
  const fields = ROW_FIELDS.map((field) => `"${field}"`).join(', ');
  return `SELECT ${fields} ${fromWhere(series, span)} GROUP BY "organisation", "datastream" ORDER BY time ${isDescending ? 'DESC' : 'ASC'} LIMIT ${limit}`;
}

/** Of what `selectSums` selects, the columns after the time. */
export const SUM_COLUMNS = ['count', 'sum', 'scale', 'min', 'max', 'first', 'last'] as const;

/**
 * Sums of the numbers of each datastream, and how many counts are suppressed: two statements. Steps are cut from 1970 on;
 * without a step the span is one.
 */
export function selectSums(
  series: readonly NamedSeries[],
  span: Span,
  stepMs: number | undefined,
  refusedBits: number,
): [numbers: string, suppressed: string] {
  const quality = refusedBits === 0 ? '' : ` AND "quality" & ${refusedBits} = 0`;
  const steps = stepMs === undefined ? '' : `, time(${stepMs}ms) fill(none)`;
  const where = (below: string) =>
    `${fromWhere(series, span)} AND "below" ${below}${quality} GROUP BY "organisation", "datastream"${steps}`;
  const sums = 'count("value"), sum("value"), max("scale"), min("value"), max("value"), first("value"), last("value")';
  return [`SELECT ${sums} ${where('= 0')}`, `SELECT count("below") ${where('> 0')}`];
}

function fromWhere(series: readonly NamedSeries[], { fromMs, toMs }: Span): string {
  const measurements = [...new Set(series.map(({ measurement }) => quoteName(measurement)))].join(', ');
  const each = series.map(
    ({ organisation, datastreamKey }) =>
      `("organisation" = ${quoteText(organisation)} AND "datastream" = ${quoteText(datastreamKey)})`,
  );
  const time = `time >= ${instant(fromMs)} AND time < ${instant(toMs)}`;
  return `FROM ${measurements} WHERE (${each.join(' OR ')}) AND ${time}`;
}

function instant(ms: number): string {
  return `${Math.max(-INSTANT_MAX_MS, Math.min(INSTANT_MAX_MS, Math.floor(ms)))}ms`;
}

function quoteName(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

function quoteText(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
