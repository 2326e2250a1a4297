import { intervalColumns, type NamedInterval } from './interval-table.ts';
import { intervalJson, observationJson } from './observation-json.ts';
import { type NamedObservation, OBSERVATION_COLUMNS } from './observation-table.ts';
import type { Summary } from './query-tasks.ts';
import type { SeriesTable } from './write-series.ts';
import type { Zone } from './zoned-instant.ts';

/** @param naming whether each row says whose it is: where one datastream was asked for, the document does */
export function observationTable(zone: Zone, naming: boolean): SeriesTable<NamedObservation> {
  return {
    columns: OBSERVATION_COLUMNS,
    json: ({ names, row }) => named(observationJson(row, zone), naming ? names : undefined),
  };
}

export function intervalTable(summary: Summary, zone: Zone, naming: boolean): SeriesTable<NamedInterval> {
  return {
    columns: intervalColumns(summary.aggregates),
    json: ({ names, row }) => named(intervalJson(row, summary.aggregates, zone), naming ? names : undefined),
  };
}

function named(json: string, names: NamedObservation['names'] | undefined): string {
  return names === undefined
    ? json
    : `{"organisation":"${names.organisation}","datastream":"${names.key}",${json.slice(1)}`;
}
