import { type DatastreamKey, splitDatastreamKey } from '@meetbrug/protocols/observation';
import { OBSERVED_PROPERTIES } from '@meetbrug/protocols/properties';
import type { Store } from '../log/open-store.ts';

/** What never changes about a datastream. */
export interface DatastreamNames {
  readonly organisation: string;
  readonly key: DatastreamKey;
  /** Key of the observed property. */
  readonly property: string;
  /** UCUM; undefined where the values have none. */
  readonly unit: string | undefined;
}

const REMEMBERED_MAX = 20_000;

const PROPERTY_BY_NAME = new Map(Object.values(OBSERVED_PROPERTIES).map((property) => [property.name, property]));

/** Looks datastreams up by the id of their row; throws for an id that no datastream has. */
export function createDatastreamNames(store: Store): (id: number) => DatastreamNames {
  const select = store.prepare<[number], { organisation: string; key: DatastreamKey }>(
    'SELECT organisation, key FROM datastream WHERE id = ?',
  );
  const remembered = new Map<number, DatastreamNames>();
  return (id) => {
    const known = remembered.get(id);
    if (known !== undefined) return known;
    const row = select.get(id);
    const property = row && PROPERTY_BY_NAME.get(splitDatastreamKey(row.key).property);
    if (row === undefined || property === undefined) throw new Error(`there is no datastream ${id}`);
    const names = { ...row, property: property.key, unit: property.unit };
    if (remembered.size >= REMEMBERED_MAX) remembered.clear();
    remembered.set(id, names);
    return names;
  };
}
