import { formatInstant } from '@meetbrug/protocols/observation';
import {
  type DatastreamDirectory,
  type DatastreamEntry,
  datastreamJson,
  type ListedDatastream,
} from '../timeseries/datastream-directory.ts';
import { type GapReader, gapJson } from '../timeseries/read-gaps.ts';
import type { SeriesReader } from '../timeseries/read-series.ts';
import { observationJson } from '../timeseries/series-json.ts';
import { answerPointSeries } from './answer-point-series.ts';
import type { QueryAnswer, ReadTask } from './read-tasks.ts';

type Query = Exclude<ReadTask, { kind: 'page' | 'dereference' | 'catalogue' | 'sensorthings' }>;

const DAY_MS = 86_400_000;

/** Answers the API's questions with JSON text, links included. */
export function answerQuery(
  query: Query,
  directory: DatastreamDirectory,
  series: SeriesReader,
  gaps: GapReader,
  publicBaseUrl: string,
): QueryAnswer {
  const api = `${publicBaseUrl}/api/v1/datastreams`;
  const withGaps = (one: ListedDatastream) => {
    const { organisation, description } = one.entry;
    const missing = gaps.of(organisation, description.datastream).map(gapJson);
    return `${withLatest(one).slice(0, -1)},"gaps":${JSON.stringify(missing)}}`;
  };
  const withLatest = ({ entry, latest }: ListedDatastream) =>
    `${entryHead(entry, publicBaseUrl, api)},"latest":${latest === undefined ? 'null' : observationJson(latest)}}`;
  if (query.kind === 'datastreams') {
    const listed = directory.list(query.filter ?? {}, query.afterId, query.limit);
    const last = listed.length === query.limit ? listed.at(-1)?.entry.id : undefined;
    const same = new URLSearchParams({ ...query.filter }).toString();
    const next = last === undefined ? null : `${api}?after=${last}&limit=${query.limit}${same && `&${same}`}`;
    return json(`{"datastreams":[${listed.map(withLatest).join(',')}],"next":${JSON.stringify(next)}}`);
  }
  if (query.kind === 'point-series') return answerPointSeries(query, directory, series, publicBaseUrl);
  const found = directory
    .find(query.key)
    .filter(({ entry }) => query.organisation === undefined || entry.organisation === query.organisation);
  const [one] = found;
  if (one === undefined) return { kind: 'not-found' };
  if (found.length > 1) return { kind: 'ambiguous', organisations: found.map(({ entry }) => entry.organisation) };
  return json(query.kind === 'datastream' ? withGaps(one) : observations(query, one, series, api));
}

/** The part of an entry that changes only with its description, made once an entry; without its closing brace. */
const entryHeads = new WeakMap<DatastreamEntry, string>();

function entryHead(entry: DatastreamEntry, publicBaseUrl: string, api: string): string {
  const known = entryHeads.get(entry);
  if (known !== undefined) return known;
  const { organisation, description } = entry;
  const observations = `${api}/${description.datastream}/observations?organisation=${organisation}`;
  const head = JSON.stringify({ ...datastreamJson(entry, publicBaseUrl), observations }).slice(0, -1);
  entryHeads.set(entry, head);
  return head;
}

function observations(
  query: Extract<Query, { kind: 'observations' }>,
  { entry, latest }: ListedDatastream,
  series: SeriesReader,
  api: string,
): string {
  const { id, organisation, description } = entry;
  // Without bounds: the last day that has data, so that a sensor that stopped still shows something.
  const toMs = query.toMs ?? (latest?.beginMs ?? 0) + 1;
  const fromMs = query.fromMs ?? Math.max(0, toMs - DAY_MS);
  const { rows, nextFromMs } = series.observations({ datastream: id, fromMs, toMs, limit: query.limit });
  const range = (from: number) =>
    `${api}/${description.datastream}/observations?organisation=${organisation}&from=${formatInstant(from)}` +
    `&to=${formatInstant(toMs)}&limit=${query.limit}`;
  const head = { datastream: description.datastream, from: formatInstant(fromMs), to: formatInstant(toMs) };
  const next = nextFromMs === undefined ? null : range(nextFromMs);
  const members = rows.map(observationJson).join(',');
  return `${JSON.stringify(head).slice(0, -1)},"observations":[${members}],"next":${JSON.stringify(next)}}`;
}

function json(body: string): QueryAnswer {
  return { kind: 'json', body };
}
