import { formatDecimal, formatInstant, unpackQuality } from '@meetbrug/protocols/observation';
import type { SeriesRow } from './read-series.ts';

/**
 * One observation as JSON text. The value is a JSON number written from the exact decimal, so no digit is gained or
 * lost on the way; times are RFC 3339 in UTC.
 */
export function observationJson(row: SeriesRow): string {
  const value = formatDecimal(row);
  const end = row.endMs === null ? '' : `"end":"${formatInstant(row.endMs)}",`;
  const quality = JSON.stringify(unpackQuality(row.quality) ?? null);
  return (
    `{"begin":"${formatInstant(row.beginMs)}",${end}"result":"${formatInstant(row.resultMs)}","value":${value},` +
    `"revision":${row.revision},"generated":"${formatInstant(row.stampMs)}","quality":${quality}}`
  );
}
