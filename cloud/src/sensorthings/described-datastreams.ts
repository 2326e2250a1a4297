import { type DatastreamDescription, type DatastreamKey, splitDatastreamKey } from '@meetbrug/protocols/observation';
import { parseDescription } from '../log/datastreams.ts';
import type { Store } from '../log/open-store.ts';
import type { Place } from './place-history.ts';

/** A datastream as it is described now, with every place that a description ever said of its measuring point. */
export interface DescribedDatastream {
  readonly id: number;
  readonly organisation: string;
  readonly theme: string;
  readonly description: DatastreamDescription;
  /** Names of the four that its key is made of, the direction split off; they never change. */
  readonly names: {
    readonly measuringPoint: string;
    readonly feature: string;
    readonly sensor: string;
    readonly property: string;
  };
  readonly places: readonly Place[];
}

export interface DescribedDatastreams {
  /** Changes when anything that {@link read} gives has changed. */
  version(): number;
  /** In order of id. */
  read(): DescribedDatastream[];
}

/** Descriptions that are kept in memory; a store with more is refused. */
export const DESCRIPTIONS_MAX = 200_000;

interface DatastreamRow {
  id: number;
  organisation: string;
  key: DatastreamKey;
  theme: string;
  description: number;
}

/** Reads descriptions once: their rows never change, later ones only add to them. */
export function createDescribedDatastreams(store: Store): DescribedDatastreams {
  const newest = store.prepare<[], { id: number | null }>('SELECT max(id) AS id FROM description');
  const later = store.prepare<[number, number], { id: number; datastream: number; body: string }>(
    'SELECT id, datastream, body FROM description WHERE id > ? ORDER BY id LIMIT ?',
  );
  const datastreams = store.prepare<[], DatastreamRow>(`
    SELECT datastream.id, datastream.organisation, datastream.key, stream.name AS theme, datastream.description
    FROM datastream JOIN stream ON stream.id = datastream.stream
    WHERE datastream.description IS NOT NULL ORDER BY datastream.id`);
  const descriptions = new Map<number, DatastreamDescription>();
  const places = new Map<number, Place[]>();
  let lastRead = 0;

  const takeLater = () => {
    const rows = later.all(lastRead, DESCRIPTIONS_MAX + 1 - descriptions.size);
    if (descriptions.size + rows.length > DESCRIPTIONS_MAX) {
      throw new Error(`SensorThings knows at most ${DESCRIPTIONS_MAX} descriptions of datastreams`);
    }
    for (const { id, datastream, body } of rows) {
      const description = parseDescription(body);
      const { label, longitude, latitude } = description.measuringPoint;
      const place = {
        id,
        saidBy: description.datastream,
        validFromMs: description.validFromMs,
        label,
        longitude,
        latitude,
      };
      descriptions.set(id, description);
      places.set(datastream, [...(places.get(datastream) ?? []), place]);
      lastRead = id;
    }
  };

  return {
    version: () => newest.get()?.id ?? 0,
    read: store.transaction(() => {
      takeLater();
      return datastreams.all().flatMap(({ description: descriptionId, key, ...row }) => {
        const description = descriptions.get(descriptionId);
        if (description === undefined) return [];
        const { feature, sensor, property } = splitDatastreamKey(key);
        const measuringPoint = feature.replace(/_(?:in|out)$/, '');
        const names = { measuringPoint, feature, sensor, property };
        return [{ ...row, description, names, places: places.get(row.id) ?? [] }];
      });
    }),
  };
}
