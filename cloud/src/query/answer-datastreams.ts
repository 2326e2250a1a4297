import { organisationIris } from '@meetbrug/protocols/observation';
import { encodePage } from '../read/encode-page.ts';
import {
  type DatastreamDirectory,
  type DatastreamEntry,
  datastreamJson,
  type ListedDatastream,
} from '../timeseries/datastream-directory.ts';
import { type GapReader, gapJson } from '../timeseries/read-gaps.ts';
import { csvHeader, csvLines } from './csv.ts';
import { DATASTREAM_COLUMNS } from './datastream-table.ts';
import { findDatastreams } from './find-datastreams.ts';
import { observationJson } from './observation-json.ts';
import type { DatastreamsPage, OneDatastream, QueryAnswer } from './query-tasks.ts';
import type { Zone } from './zoned-instant.ts';

export interface DatastreamSource {
  readonly directory: DatastreamDirectory;
  readonly gaps: GapReader;
  readonly publicBaseUrl: string;
}

/** One page of the datastreams that a search means. */
export function answerDatastreams(page: DatastreamsPage, { directory, publicBaseUrl }: DatastreamSource): QueryAnswer {
  const { search, afterId, limit, format, dialect, encoding, address } = page;
  const { found, nextAfterId } = findDatastreams(directory, search, afterId, limit);
  const separator = address.includes('?') ? '&' : '?';
  const next = nextAfterId === undefined ? undefined : `${publicBaseUrl}${address}${separator}after=${nextAfterId}`;
  const nextJson = JSON.stringify(next ?? null);
  const text = {
    json: () =>
      `{"datastreams":[${found.map((one) => json(one, publicBaseUrl, dialect.zone)).join(',')}],"next":${nextJson}}`,
    geojson: () => {
      const features = found.map((one) => feature(one, publicBaseUrl, dialect.zone)).join(',');
      return `{"type":"FeatureCollection","features":[${features}],"next":${nextJson}}`;
    },
    csv: () => csvHeader(DATASTREAM_COLUMNS, dialect) + csvLines(DATASTREAM_COLUMNS, found, dialect),
  }[format]();
  return { ...written(text, format, encoding), ...(next !== undefined && { next }) };
}

/** One datastream, with what is missing from it. */
export function answerDatastream(
  { key, organisation, encoding }: OneDatastream,
  { directory, gaps, publicBaseUrl }: DatastreamSource,
): QueryAnswer {
  const found = directory
    .find(key)
    .filter(({ entry }) => organisation === undefined || entry.organisation === organisation);
  const [one] = found;
  if (one === undefined) return { kind: 'not-found', detail: 'there is no such datastream' };
  if (found.length > 1) return { kind: 'ambiguous', organisations: found.map(({ entry }) => entry.organisation) };
  const missing = gaps.of(one.entry.organisation, key).map(gapJson);
  return written(
    `${json(one, publicBaseUrl, 'UTC').slice(0, -1)},"gaps":${JSON.stringify(missing)}}`,
    'json',
    encoding,
  );
}

function written(text: string, format: string, encoding: DatastreamsPage['encoding']): QueryAnswer {
  return { kind: 'part', ...encodePage(new TextEncoder().encode(text), format, encoding) };
}

function json({ entry, latest }: ListedDatastream, publicBaseUrl: string, zone: Zone): string {
  return `${entryHead(entry, publicBaseUrl)},"latest":${latest === undefined ? 'null' : observationJson(latest, zone)}}`;
}

/** GeoJSON (RFC 7946): the measuring point, with the datastream as its properties. */
function feature(one: ListedDatastream, publicBaseUrl: string, zone: Zone): string {
  const { description, organisation } = one.entry;
  const { longitude, latitude } = description.measuringPoint;
  const id = organisationIris(publicBaseUrl, organisation).datastream(description.datastream);
  return (
    `{"type":"Feature","id":${JSON.stringify(id)},` +
    `"geometry":{"type":"Point","coordinates":[${longitude},${latitude}]},"properties":${json(one, publicBaseUrl, zone)}}`
  );
}

/** The part of an entry that changes only with its description, made once an entry; without its closing brace. */
const entryHeads = new WeakMap<DatastreamEntry, string>();

function entryHead(entry: DatastreamEntry, publicBaseUrl: string): string {
  const known = entryHeads.get(entry);
  if (known !== undefined) return known;
  const { organisation, description } = entry;
  const address = `/api/v1/datastreams/${description.datastream}/observations?organisation=${organisation}`;
  const observations = `${publicBaseUrl}${address}`;
  const head = JSON.stringify({ ...datastreamJson(entry, publicBaseUrl), observations }).slice(0, -1);
  entryHeads.set(entry, head);
  return head;
}
