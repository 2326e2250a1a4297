import { formatInstant } from '@meetbrug/protocols/observation';
import type { DatastreamDirectory } from '../timeseries/datastream-directory.ts';
import { mergeSeries } from '../timeseries/merge-series.ts';
import type { SeriesReader } from '../timeseries/read-series.ts';
import { observationJson } from '../timeseries/series-json.ts';
import type { QueryAnswer, ReadTask } from './read-tasks.ts';

type PointSeriesQuery = Extract<ReadTask, { kind: 'point-series' }>;

const DAY_MS = 86_400_000;
/** Datastreams of one property at one measuring point: replaced sensors, directions, procedures. */
const DATASTREAMS_MAX = 100;

/**
 * The series of a measuring point and a property as JSON text: the datastreams of all sensors that hung there, in time
 * order, each row with its datastream. Where two sensors hung at once, both are there.
 */
export function answerPointSeries(
  query: PointSeriesQuery,
  directory: DatastreamDirectory,
  series: SeriesReader,
  publicBaseUrl: string,
): QueryAnswer {
  const found = directory.list(query.filter, 0, DATASTREAMS_MAX + 1);
  if (found.length === 0) return { kind: 'not-found' };
  if (found.length > DATASTREAMS_MAX) {
    return { kind: 'too-many', detail: `more than ${DATASTREAMS_MAX} datastreams: ask for one of /api/v1/datastreams` };
  }
  const organisations = [...new Set(found.map(({ entry }) => entry.organisation))];
  if (organisations.length > 1) return { kind: 'ambiguous', organisations };

  // Without bounds: the last day that has data, so that a point whose sensor was taken away still shows something.
  const toMs = query.toMs ?? Math.max(...found.map(({ latest }) => latest?.beginMs ?? 0)) + 1;
  const fromMs = query.fromMs ?? Math.max(0, toMs - DAY_MS);
  const { limit } = query;
  const pages = found.map(({ entry }) => ({
    datastream: entry.description.datastream,
    page: series.observations({ datastream: entry.id, fromMs, toMs, limit }),
  }));
  const { rows, nextFromMs } = mergeSeries(pages, limit);
  const { measuringPoint, property } = query.filter;
  const head = { measuringPoint, property, from: formatInstant(fromMs), to: formatInstant(toMs) };
  const next = nextFromMs === undefined ? null : nextUrl(query, publicBaseUrl, nextFromMs, toMs);
  const members = rows.map(({ datastream, row }) => `{"datastream":"${datastream}",${observationJson(row).slice(1)}`);
  return {
    kind: 'json',
    body: `${JSON.stringify(head).slice(0, -1)},"observations":[${members.join(',')}],"next":${JSON.stringify(next)}}`,
  };
}

function nextUrl({ filter, limit }: PointSeriesQuery, publicBaseUrl: string, fromMs: number, toMs: number): string {
  const same = new URLSearchParams({ ...filter }).toString();
  return `${publicBaseUrl}/api/v1/observations?${same}&from=${formatInstant(fromMs)}&to=${formatInstant(toMs)}&limit=${limit}`;
}
