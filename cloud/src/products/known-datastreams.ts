import { parseDescription } from '../log/datastreams.ts';
import type { Store } from '../log/open-store.ts';
import type { KnownDatastream } from './plan-targets.ts';

interface Row {
  id: number;
  organisation: string;
  edge: string;
  descriptionId: number;
  body: string;
}

export interface KnownDatastreams {
  /** Those that were described since it was last asked, with their current descriptions. */
  changed(): readonly KnownDatastream[];
  all(): readonly KnownDatastream[];
}

/** Reads the datastreams of the store; each description is read and parsed once. */
export function createKnownDatastreams(store: Store): KnownDatastreams {
  const described = store.prepare<[number], Row>(`
    SELECT datastream.id, organisation, edge, body, description.id AS descriptionId
    FROM description JOIN datastream ON datastream.id = description.datastream
    WHERE description.id > ? AND datastream.description = description.id ORDER BY description.id`);
  const known = new Map<number, KnownDatastream>();
  let seen = 0;
  return {
    changed: () =>
      described.all(seen).map(({ id, organisation, edge, descriptionId, body }) => {
        const datastream = { id, organisation, edge, description: parseDescription(body) };
        seen = descriptionId;
        known.set(id, datastream);
        return datastream;
      }),
    all: () => [...known.values()],
  };
}
