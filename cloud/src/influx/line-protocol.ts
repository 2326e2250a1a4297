import type { DatastreamKey } from '@meetbrug/protocols/observation';
import { numberOf } from '../timeseries/summary.ts';
import type { KeyedRow, SeriesWrite } from '../timeseries/time-series.ts';

/**
 * One observation as a line, its time in milliseconds: the property is the measurement, datastream and organisation are tags.
 *
 * Every version writes every field, so that a correction leaves nothing of what it replaces: `value` is the number for whoever
 * reads InfluxDB alone, `mantissa` and `scale` give the exact decimal, `below` is 0 for a number, `end_ms` is the begin for an
 * instant. A suppressed count has no `value`, and where it replaces a number the old `value` stays beside it, since a
 * field cannot be taken away: whoever reads `value` asks for `below = 0`.
 */
export function observationLine(row: SeriesWrite): string {
  const value = numberOf(row);
  const series = `${escapeKey(measurementOf(row.datastreamKey))},datastream=${escapeKey(row.datastreamKey)},organisation=${escapeKey(row.organisation)}`;
  return (
    `${series} ${value === null ? '' : `value=${value},`}mantissa=${row.mantissa ?? 0}i,scale=${row.scale ?? 0}i,` +
    `below=${row.below ?? 0}i,quality=${row.quality}i,revision=${row.revision}i,end_ms=${row.endMs ?? row.beginMs}i,` +
    `result_ms=${row.resultMs}i,stamp_ms=${row.stampMs}i ${row.beginMs}`
  );
}

/** Fields of a row, in the order that {@link fieldsToRow} takes them. */
export const ROW_FIELDS = [
  'mantissa',
  'scale',
  'below',
  'quality',
  'revision',
  'end_ms',
  'result_ms',
  'stamp_ms',
] as const;

/** The row that a line says; undefined where a field is missing, which no line of ours leaves out. */
export function fieldsToRow(datastream: number, beginMs: number, fields: readonly unknown[]): KeyedRow | undefined {
  if (!fields.every((field) => typeof field === 'number') || fields.length !== ROW_FIELDS.length) return undefined;
  const [mantissa, scale, below, quality, revision, endMs, resultMs, stampMs] = fields as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const isNumber = below === 0;
  return {
    datastream,
    beginMs,
    endMs: endMs === beginMs ? null : endMs,
    resultMs,
    mantissa: isNumber ? mantissa : null,
    scale: isNumber ? scale : null,
    below: isNumber ? null : below,
    quality,
    revision,
    stampMs,
  };
}

/** The observed property's name, which is the third of a datastream's four. */
export function measurementOf(key: DatastreamKey): string {
  return key.split('.')[2] ?? key;
}

function escapeKey(text: string): string {
  return text.replace(/[\\, =]/g, '\\$&');
}
