import type { Fault } from '@meetbrug/protocols/result';
import { compareKeys } from '../timeseries/read-hot-rows.ts';
import type { RowSource } from '../timeseries/row-source.ts';
import type { KeyedRow, SeriesFaultCode, SeriesKey, SeriesResult } from '../timeseries/time-series.ts';
import { type NamedSeries, SERIES_PER_STATEMENT, type Span, selectRows } from './influxql.ts';
import type { AskInfluxql, InfluxSeries } from './influxql-client.ts';
import { fieldsToRow } from './line-protocol.ts';
import type { SeriesNames } from './series-names.ts';

/** Thrown out of a source, where there is no room for a fault, and caught where the question is answered. */
export class InfluxFault extends Error {
  override readonly name = 'InfluxFault';
  readonly fault: Fault<SeriesFaultCode>;

  constructor(fault: Fault<SeriesFaultCode>) {
    super(fault.detail);
    this.fault = fault;
  }
}

/** Rows in InfluxDB. Throws {@link InfluxFault}. */
export function createInfluxRows(names: SeriesNames, ask: AskInfluxql): RowSource {
  return {
    async page({ datastreams, fromMs, toMs, descending, after, limit }) {
      const named = names(datastreams);
      const span = {
        fromMs: after === undefined || descending ? fromMs : Math.max(fromMs, after.beginMs),
        toMs: after === undefined || !descending ? toMs : Math.min(toMs, after.beginMs + 1),
      };
      if (named.length === 0 || span.fromMs >= span.toMs) return { rows: [], next: undefined };
      // Twice its share of each datastream: few have more than that where others have less. One may stand at `after`.
      const perSeries = Math.min(limit, Math.ceil((limit / named.length) * 2)) + 1;
      const direction = descending ? -1 : 1;
      let horizon: SeriesKey | undefined;
      const rows: KeyedRow[] = [];
      for (const found of unwrap(await askRows(ask, named, span, descending, perSeries))) {
        const last = found.length === perSeries ? found.at(-1) : undefined;
        if (last !== undefined && (horizon === undefined || compareKeys(last, horizon) * direction < 0)) horizon = last;
        rows.push(...found);
      }
      const sorted = rows
        .filter((row) => after === undefined || compareKeys(row, after) * direction > 0)
        .filter((row) => horizon === undefined || compareKeys(row, horizon) * direction <= 0)
        .sort((a, b) => compareKeys(a, b) * direction);
      const beyond = sorted.length > limit;
      return { rows: beyond ? sorted.slice(0, limit) : sorted, next: beyond ? sorted[limit - 1] : horizon };
    },
  };
}

/** At most `limit` rows of each datastream, in the order asked for. */
export async function askRows(
  ask: AskInfluxql,
  named: readonly NamedSeries[],
  span: Span,
  isDescending: boolean,
  limit: number,
): Promise<SeriesResult<KeyedRow[][]>> {
  const answered = await ask(inParts(named).map((part) => selectRows(part, span, isDescending, limit)));
  if (!answered.ok) return answered;
  const idOf = seriesIds(named);
  return { ok: true, value: answered.value.flat().map((series) => toRows(idOf(series), series)) };
}

export function inParts(named: readonly NamedSeries[]): NamedSeries[][] {
  const parts: NamedSeries[][] = [];
  for (let from = 0; from < named.length; from += SERIES_PER_STATEMENT) {
    parts.push(named.slice(from, from + SERIES_PER_STATEMENT));
  }
  return parts;
}

/** Finds the datastream that a series of an answer belongs to. */
export function seriesIds(named: readonly NamedSeries[]): (series: InfluxSeries) => number {
  const ids = new Map(named.map(({ id, organisation, datastreamKey }) => [`${organisation} ${datastreamKey}`, id]));
  return ({ tags }) => {
    const id = ids.get(`${tags?.organisation} ${tags?.datastream}`);
    if (id === undefined)
      throw new InfluxFault({ code: 'unavailable', detail: 'the answer has a series that was not asked for' });
    return id;
  };
}

export function unwrap<T>(result: SeriesResult<T>): T {
  if (!result.ok) throw new InfluxFault(result.fault);
  return result.value;
}

function toRows(id: number, { values }: InfluxSeries): KeyedRow[] {
  return values.map(([time, ...fields]) => {
    const row = typeof time === 'number' ? fieldsToRow(id, time, fields) : undefined;
    if (row === undefined)
      throw new InfluxFault({ code: 'unavailable', detail: 'InfluxDB has a point that lacks fields' });
    return row;
  });
}
