import { formatDecimal, isSuppressed, unpackQuality } from '@meetbrug/protocols/observation';
import { fromStoredValue } from '../log/stored-value.ts';
import type { Aggregate, SeriesRow } from '../timeseries/time-series.ts';
import type { Interval } from './interval-table.ts';
import { formatZoned, type Zone } from './zoned-instant.ts';

/**
 * One observation as JSON text. The value is a JSON number written from the exact decimal, so no digit is gained or
 * lost on the way; a suppressed count has no value and two bounds, both inclusive. Times are RFC 3339 in the zone.
 */
export function observationJson(row: SeriesRow, zone: Zone): string {
  const end = row.endMs === null ? '' : `"end":"${formatZoned(row.endMs, zone)}",`;
  const { flags = [], timeSource = null } = unpackQuality(row.quality) ?? {};
  return (
    `{"begin":"${formatZoned(row.beginMs, zone)}",${end}"result":"${formatZoned(row.resultMs, zone)}",${valueJson(row)},` +
    `"revision":${row.revision},"generated":"${formatZoned(row.stampMs, zone)}","quality":${JSON.stringify(flags)},` +
    `"timeSource":${JSON.stringify(timeSource)}}`
  );
}

/** One interval as JSON text, with a member for each aggregate. */
export function intervalJson(row: Interval, aggregates: readonly Aggregate[], zone: Zone): string {
  const values = aggregates.map((aggregate, index) => `"${aggregate}":${row.values[index] ?? null}`);
  const filled = row.isFilled ? ',"filled":true' : '';
  return (
    `{"begin":"${formatZoned(row.beginMs, zone)}","end":"${formatZoned(row.endMs, zone)}",` +
    `${values.join(',')},"suppressed":${row.suppressed}${filled}}`
  );
}

function valueJson(row: SeriesRow): string {
  const value = fromStoredValue(row);
  return isSuppressed(value)
    ? `"value":null,"lowerBound":0,"upperBound":${value.below - 1}`
    : `"value":${formatDecimal(value)}`;
}
