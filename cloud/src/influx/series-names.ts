import type { DatastreamKey } from '@meetbrug/protocols/observation';
import type { Store } from '../log/open-store.ts';
import type { NamedSeries } from './influxql.ts';
import { measurementOf } from './line-protocol.ts';

/** What datastreams of the store are called in InfluxDB; those that the store does not have are left out. */
export type SeriesNames = (datastreams: readonly number[]) => NamedSeries[];

const REMEMBERED_MAX = 100_000;

export function createSeriesNames(store: Store): SeriesNames {
  const select = store.prepare<[number], { organisation: string; key: DatastreamKey }>(
    'SELECT organisation, key FROM datastream WHERE id = ?',
  );
  const known = new Map<number, NamedSeries>();
  const find = (id: number): NamedSeries | undefined => {
    const name = known.get(id);
    if (name !== undefined) return name;
    const row = select.get(id);
    if (row === undefined) return undefined;
    const found = { id, organisation: row.organisation, datastreamKey: row.key, measurement: measurementOf(row.key) };
    if (known.size >= REMEMBERED_MAX) known.clear();
    known.set(id, found);
    return found;
  };
  return (datastreams) => datastreams.map(find).filter((name) => name !== undefined);
}
