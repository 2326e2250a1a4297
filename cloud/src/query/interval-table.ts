import type { Aggregate, Bucket } from '../timeseries/time-series.ts';
import type { Column } from './column.ts';
import type { DatastreamNames } from './datastream-names.ts';

/** An interval of one datastream; `isFilled` where nothing was observed in it. */
export interface Interval extends Bucket {
  readonly isFilled: boolean;
}

export interface NamedInterval {
  readonly names: DatastreamNames;
  readonly row: Interval;
}

/** Intervals as a table: one column for each aggregate, in the order in which they were asked for. */
export function intervalColumns(aggregates: readonly Aggregate[]): readonly Column<NamedInterval>[] {
  return [
    { name: 'organisation', kind: 'text', read: ({ names }) => names.organisation },
    { name: 'datastream', kind: 'text', read: ({ names }) => names.key },
    { name: 'property', kind: 'text', read: ({ names }) => names.property },
    { name: 'unit', kind: 'text', read: ({ names }) => names.unit },
    { name: 'begin', kind: 'instant', read: ({ row }) => row.beginMs },
    { name: 'end', kind: 'instant', read: ({ row }) => row.endMs },
    ...aggregates.map(
      (aggregate, index): Column<NamedInterval> => ({
        name: aggregate,
        kind: aggregate === 'count' ? 'integer' : 'number',
        read: ({ row }) => row.values[index] ?? undefined,
      }),
    ),
    { name: 'suppressed', kind: 'integer', read: ({ row }) => row.suppressed },
    { name: 'filled', kind: 'integer', read: ({ row }) => (row.isFilled ? 1 : 0) },
  ];
}
