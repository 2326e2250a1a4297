import { type DatastreamDescription, formatInstant, organisationIris } from '@meetbrug/protocols/observation';
import { OBSERVED_PROPERTIES } from '@meetbrug/protocols/properties';
import type { Statement } from 'better-sqlite3';
import { parseDescription } from '../log/datastreams.ts';
import type { Store } from '../log/open-store.ts';
import { type DatastreamFilter, filterCondition } from './datastream-filter.ts';
import type { SeriesRow } from './read-series.ts';

/** A datastream with its current description. */
export interface DatastreamEntry {
  readonly id: number;
  readonly organisation: string;
  readonly theme: string;
  readonly description: DatastreamDescription;
}

/** An entry with the observation of the greatest phenomenon time, where there is one. */
export interface ListedDatastream {
  readonly entry: DatastreamEntry;
  readonly latest: SeriesRow | undefined;
}

/** The datastreams of streams that one reader may read. */
export interface DatastreamDirectory {
  /** In order of id, after `afterId`. */
  list(filter: DatastreamFilter, afterId: number, limit: number): ListedDatastream[];
  /** All organisations that have a datastream of this key. */
  find(key: string): ListedDatastream[];
}

interface Row extends SeriesRow {
  id: number;
  organisation: string;
  theme: string;
  descriptionId: number;
}

const SELECT = `
  SELECT datastream.id, datastream.organisation, stream.name AS theme, datastream.description AS descriptionId,
    latest.begin_ms AS beginMs, latest.end_ms AS endMs, latest.result_ms AS resultMs, latest.mantissa, latest.scale,
    latest.below, latest.quality, latest.revision, latest.stamp_ms AS stampMs
  FROM datastream JOIN stream ON stream.id = datastream.stream LEFT JOIN latest ON latest.datastream = datastream.id
  WHERE datastream.description IS NOT NULL`;

const ENTRIES_MAX = 20_000;

const IS_OPEN = "AND stream.organisation || '/' || stream.name NOT IN (SELECT value FROM json_each(?))";

/**
 * Reads the datastreams; an entry is made once a description, so that a list of thousands costs only their values.
 * @returns what there is outside some streams, each named `organisation/stream`
 */
export function createDatastreamDirectories(store: Store): (closed: readonly string[]) => DatastreamDirectory {
  /** By the text of their conditions: as many as there are combinations of filters. */
  const lists = new Map<string, Statement<(string | number)[], Row>>();
  const one = store.prepare<[string, string, string], Row>(
    `${SELECT} ${IS_OPEN} AND datastream.organisation = ? AND datastream.key = ?`,
  );
  const organisations = store.prepare<[], { organisation: string }>('SELECT DISTINCT organisation FROM stream');
  const selectBody = store.prepare<[number], { body: string }>('SELECT body FROM description WHERE id = ?');
  const entries = new Map<number, DatastreamEntry>();

  const toEntry = ({ id, organisation, theme, descriptionId }: Row): DatastreamEntry => {
    const known = entries.get(descriptionId);
    if (known !== undefined) return known;
    const description = parseDescription(selectBody.get(descriptionId)?.body ?? 'null');
    const entry = { id, organisation, theme, description };
    if (entries.size >= ENTRIES_MAX) entries.clear();
    entries.set(descriptionId, entry);
    return entry;
  };
  // A left join gives nulls where nothing was measured yet.
  const toListed = (row: Row): ListedDatastream => ({
    entry: toEntry(row),
    latest: row.beginMs === null ? undefined : row,
  });

  const prepareList = (condition: string) => {
    const known = lists.get(condition);
    if (known !== undefined) return known;
    const statement = store.prepare<(string | number)[], Row>(
      `${SELECT} ${condition} AND datastream.id > ? ORDER BY datastream.id LIMIT ?`,
    );
    lists.set(condition, statement);
    return statement;
  };

  return (closed) => {
    const [isOpen, ...names] = closed.length === 0 ? [''] : [IS_OPEN, JSON.stringify(closed)];
    return {
      list(filter, afterId, limit) {
        const { sql, values } = filterCondition(filter);
        return prepareList(`${isOpen} ${sql}`)
          .all(...names, ...values, afterId, limit)
          .map(toListed);
      },
      find: (key) =>
        organisations
          .all()
          .map(({ organisation }) => one.get(JSON.stringify(closed), organisation, key))
          .filter((row) => row !== undefined)
          .map(toListed),
    };
  };
}

/** What the API says about a datastream, without its values. */
export function datastreamJson({ organisation, theme, description }: DatastreamEntry, publicBaseUrl: string) {
  const property = OBSERVED_PROPERTIES[description.property];
  return {
    key: description.datastream,
    iri: organisationIris(publicBaseUrl, organisation).datastream(description.datastream),
    organisation,
    theme,
    property: { key: property.key, label: property.label, unit: property.unit },
    measuringPoint: description.measuringPoint,
    ...(description.direction === undefined ? {} : { direction: description.direction }),
    sensor: description.sensor,
    procedure: description.procedure,
    licence: description.licence,
    ...(description.contact === undefined ? {} : { contact: description.contact }),
    validFrom: formatInstant(description.validFromMs),
    ...(description.deployedFromMs === undefined ? {} : { deployedFrom: formatInstant(description.deployedFromMs) }),
  };
}
