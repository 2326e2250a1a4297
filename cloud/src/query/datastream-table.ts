import { isSuppressed } from '@meetbrug/protocols/observation';
import { OBSERVED_PROPERTIES } from '@meetbrug/protocols/properties';
import { fromStoredValue } from '../log/stored-value.ts';
import type { ListedDatastream } from '../timeseries/datastream-directory.ts';
import type { Column } from './column.ts';

/** Datastreams with their latest values as a table. */
export const DATASTREAM_COLUMNS: readonly Column<ListedDatastream>[] = [
  { name: 'organisation', kind: 'text', read: ({ entry }) => entry.organisation },
  { name: 'datastream', kind: 'text', read: ({ entry }) => entry.description.datastream },
  { name: 'theme', kind: 'text', read: ({ entry }) => entry.theme },
  { name: 'property', kind: 'text', read: ({ entry }) => entry.description.property },
  { name: 'unit', kind: 'text', read: ({ entry }) => OBSERVED_PROPERTIES[entry.description.property].unit },
  { name: 'measuringPoint', kind: 'text', read: ({ entry }) => entry.description.measuringPoint.name },
  { name: 'label', kind: 'text', read: ({ entry }) => entry.description.measuringPoint.label },
  { name: 'longitude', kind: 'number', read: ({ entry }) => entry.description.measuringPoint.longitude },
  { name: 'latitude', kind: 'number', read: ({ entry }) => entry.description.measuringPoint.latitude },
  { name: 'direction', kind: 'text', read: ({ entry }) => entry.description.direction },
  { name: 'sensor', kind: 'text', read: ({ entry }) => entry.description.sensor.name },
  { name: 'procedure', kind: 'text', read: ({ entry }) => entry.description.procedure.label },
  { name: 'begin', kind: 'instant', read: ({ latest }) => latest?.beginMs },
  {
    name: 'value',
    kind: 'decimal',
    read: ({ latest }) => {
      const value = latest && fromStoredValue(latest);
      return value === undefined || isSuppressed(value) ? undefined : value;
    },
  },
  { name: 'upperBound', kind: 'integer', read: ({ latest }) => (latest?.below == null ? undefined : latest.below - 1) },
];
