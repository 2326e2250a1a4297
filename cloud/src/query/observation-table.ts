import { isSuppressed, type Quality, unpackQuality } from '@meetbrug/protocols/observation';
import { fromStoredValue } from '../log/stored-value.ts';
import type { SeriesRow } from '../timeseries/time-series.ts';
import type { Column } from './column.ts';
import type { DatastreamNames } from './datastream-names.ts';

/** One observation and whose it is. */
export interface NamedObservation {
  readonly names: DatastreamNames;
  readonly row: SeriesRow;
}

const NO_QUALITY: Partial<Quality> = {};

/** Observations as a table. A suppressed count has no value and two bounds, both inclusive. */
export const OBSERVATION_COLUMNS: readonly Column<NamedObservation>[] = [
  { name: 'organisation', kind: 'text', read: ({ names }) => names.organisation },
  { name: 'datastream', kind: 'text', read: ({ names }) => names.key },
  { name: 'property', kind: 'text', read: ({ names }) => names.property },
  { name: 'unit', kind: 'text', read: ({ names }) => names.unit },
  { name: 'begin', kind: 'instant', read: ({ row }) => row.beginMs },
  { name: 'end', kind: 'instant', read: ({ row }) => row.endMs ?? undefined },
  { name: 'result', kind: 'instant', read: ({ row }) => row.resultMs },
  {
    name: 'value',
    kind: 'decimal',
    read: ({ row }) => {
      const value = fromStoredValue(row);
      return isSuppressed(value) ? undefined : value;
    },
  },
  { name: 'mantissa', columnarOnly: true, kind: 'integer', read: ({ row }) => row.mantissa ?? undefined },
  { name: 'scale', columnarOnly: true, kind: 'integer', read: ({ row }) => row.scale ?? undefined },
  { name: 'lowerBound', kind: 'integer', read: ({ row }) => (row.below === null ? undefined : 0) },
  { name: 'upperBound', kind: 'integer', read: ({ row }) => (row.below === null ? undefined : row.below - 1) },
  { name: 'revision', kind: 'integer', read: ({ row }) => row.revision },
  { name: 'generated', kind: 'instant', read: ({ row }) => row.stampMs },
  { name: 'quality', kind: 'text', read: ({ row }) => qualityOf(row).flags?.join(' ') },
  { name: 'timeSource', kind: 'text', read: ({ row }) => qualityOf(row).timeSource },
];

function qualityOf({ quality }: SeriesRow): Partial<Quality> {
  return unpackQuality(quality) ?? NO_QUALITY;
}
