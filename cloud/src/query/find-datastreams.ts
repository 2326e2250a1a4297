import { OBSERVED_PROPERTIES } from '@meetbrug/protocols/properties';
import type { DatastreamDirectory, ListedDatastream } from '../timeseries/datastream-directory.ts';
import { isInArea } from './area.ts';
import type { DatastreamSearch } from './query-tasks.ts';

/** Datastreams of one page, and behind which id the next page looks on. */
export interface FoundDatastreams {
  readonly found: readonly ListedDatastream[];
  readonly nextAfterId: number | undefined;
}

/** Descriptions that are looked at for one page: a page of a rare search may be short, or empty, and still have a next. */
export const LOOKED_AT_MAX = 20_000;
const STEP = 2_000;

/** The datastreams that a search means, in order of id, after `afterId`. */
export function findDatastreams(
  directory: DatastreamDirectory,
  search: DatastreamSearch,
  afterId: number,
  limit: number,
): FoundDatastreams {
  const found: ListedDatastream[] = [];
  const isPlain = search.areas.length === 0 && search.words.length === 0;
  const step = isPlain ? limit : STEP;
  let lastId = afterId;
  for (let lookedAt = 0; lookedAt < LOOKED_AT_MAX; lookedAt += step) {
    const listed = directory.list(search.filter, lastId, step);
    for (const one of listed) {
      lastId = one.entry.id;
      if (isMeant(search, one)) found.push(one);
      if (found.length === limit) return { found, nextAfterId: lastId };
    }
    if (listed.length < step) return { found, nextAfterId: undefined };
  }
  return { found, nextAfterId: lastId };
}

function isMeant({ areas, words }: DatastreamSearch, { entry }: ListedDatastream): boolean {
  const { measuringPoint } = entry.description;
  if (!areas.every((area) => isInArea(area, [measuringPoint.longitude, measuringPoint.latitude]))) return false;
  if (words.length === 0) return true;
  const text = textOf(entry).toLowerCase();
  return words.every((word) => text.includes(word));
}

function textOf({ description, theme }: ListedDatastream['entry']): string {
  const { measuringPoint, sensor, procedure, datastream } = description;
  const property = OBSERVED_PROPERTIES[description.property];
  const { samples } = measuringPoint;
  return [
    datastream,
    theme,
    measuringPoint.label,
    samples?.label,
    samples?.name,
    ...Object.values(property.label),
    property.key,
    sensor.manufacturer,
    sensor.model,
    procedure.label,
  ].join('\n');
}
