import type { DatastreamKey } from '@meetbrug/protocols/observation';
import type { Store } from '../log/open-store.ts';
import { ObservationEntity, type ObservationRow } from '../sensorthings/observation-entity.ts';
import { entityMembers } from '../sensorthings/render-entities.ts';
import type { StreamState } from '../views/stream-state.ts';
import type { ObservationMessage } from './events-task.ts';

const NAMES_MAX = 20_000;

interface DatastreamNames {
  readonly organisation: string;
  readonly description: { readonly datastream: DatastreamKey };
}

/**
 * Observations of a part of the log as SensorThings publishes them over MQTT (18-088 section 14.2): each the JSON of its
 * entity, as a GET of it would have given right after its commit.
 *
 * @returns the observations with ordinals `first` to `until` - 1 of a stream of observations
 */
export function createObservationMessages(store: Store, publicBaseUrl: string) {
  const rows = store.prepare<[number, number, number], ObservationRow>(`
    SELECT datastream, begin_ms AS beginMs, end_ms AS endMs, result_ms AS resultMs, mantissa, scale, below, quality,
      revision, stamp_ms AS stampMs
    FROM log WHERE stream = ? AND ordinal >= ? AND ordinal < ? ORDER BY ordinal`);
  const selectNames = store.prepare<[number], { organisation: string; key: DatastreamKey }>(
    'SELECT organisation, key FROM datastream WHERE id = ?',
  );
  const names = new Map<number, DatastreamNames>();

  const namesOf = (id: number): DatastreamNames | undefined => {
    const known = names.get(id);
    if (known !== undefined) return known;
    const row = selectNames.get(id);
    if (row === undefined) return undefined;
    if (names.size >= NAMES_MAX) names.clear();
    const found = { organisation: row.organisation, description: { datastream: row.key } };
    names.set(id, found);
    return found;
  };
  const directory = { described: namesOf, datastream: () => undefined, featureOf: () => undefined };

  return ({ id }: Pick<StreamState, 'id'>, first: number, until: number): ObservationMessage[] =>
    rows.all(id, first, until).map((row) => {
      const entity = new ObservationEntity(row, directory, publicBaseUrl);
      return { datastream: row.datastream, json: `{${entityMembers(entity, publicBaseUrl).join(',')}}` };
    });
}
