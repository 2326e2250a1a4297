import { formatDecimal, formatInstant, isSuppressed, unpackQuality } from '@meetbrug/protocols/observation';
import { fromStoredValue } from '../log/stored-value.ts';
import type { SeriesRow } from './read-series.ts';

/**
 * One observation as JSON text. The value is a JSON number written from the exact decimal, so no digit is gained or
 * lost on the way; a suppressed count has no value and two bounds, both inclusive. Times are RFC 3339 in UTC.
 */
export function observationJson(row: SeriesRow): string {
  const value = valueJson(row);
  const end = row.endMs === null ? '' : `"end":"${formatInstant(row.endMs)}",`;
  const { flags = [], timeSource = null } = unpackQuality(row.quality) ?? {};
  return (
    `{"begin":"${formatInstant(row.beginMs)}",${end}"result":"${formatInstant(row.resultMs)}",${value},` +
    `"revision":${row.revision},"generated":"${formatInstant(row.stampMs)}","quality":${JSON.stringify(flags)},` +
    `"timeSource":${JSON.stringify(timeSource)}}`
  );
}

function valueJson(row: SeriesRow): string {
  const value = fromStoredValue(row);
  return isSuppressed(value)
    ? `"value":null,"lowerBound":0,"upperBound":${value.below - 1}`
    : `"value":${formatDecimal(value)}`;
}
