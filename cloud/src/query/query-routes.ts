import { isDatastreamKey } from '@meetbrug/protocols/observation';
import { type Context, Hono } from 'hono';
import type { z } from 'zod';
import type { ScopeOf } from '../access/guard-requests.ts';
import { notAcceptable, notFound, problem, unanswered } from '../http/problem.ts';
import type { ReadPool } from '../read/read-pool.ts';
import { createSeriesExports, EXPORT_LIMITS, type ExportLimits } from './export-series.ts';
import type { StartTimer } from './export-stream.ts';
import { describeQueryApi } from './openapi.ts';
import {
  DATASTREAM_FORMATS,
  FORMAT_MEDIA_TYPES,
  type Format,
  negotiateQueryFormat,
  OBSERVATION_FORMATS,
} from './query-formats.ts';
import {
  datastreamQuerySchema,
  datastreamsQuerySchema,
  type ObservationsQuery,
  observationsQuerySchema,
  type SeriesQuery,
  seriesQuerySchema,
} from './query-parameters.ts';
import { encodingFor, pageResponse, refusalResponse } from './query-response.ts';
import type { QueryRequest, SeriesSelection } from './query-tasks.ts';
import { readQuery, searchOf, selectionOf, shapeOf } from './read-query.ts';

export interface QueryRoutesSettings {
  readonly readers: Pick<ReadPool, 'run'>;
  readonly scopeOf: ScopeOf;
  readonly publicBaseUrl: string;
  readonly nowMs: () => number;
  readonly startTimer: StartTimer;
  readonly limits?: ExportLimits;
}

export const API_PATH = '/api/v1';
export const OPENAPI_PATH = '/openapi.json';

/** The query API: datastreams and their observations, and its description. */
export function createQueryRoutes(settings: QueryRoutesSettings): Hono {
  const { readers, scopeOf, publicBaseUrl, nowMs, startTimer, limits } = settings;
  const app = new Hono();
  const exports = createSeriesExports(readers, limits ?? EXPORT_LIMITS, startTimer);
  const description = JSON.stringify(describeQueryApi(publicBaseUrl));

  const answerPage = async (context: Context, request: QueryRequest, format: Format) => {
    const result = await readers.run({ kind: 'query', ...request }, scopeOf(context));
    if (!result.ok) return unanswered(result.fault);
    const { value } = result;
    return value.kind === 'part'
      ? pageResponse(value, format, context.req.raw.headers, nowMs())
      : refusalResponse(value);
  };

  const answerSeries = (context: Context, query: SeriesQuery | ObservationsQuery, selection: SeriesSelection) => {
    const format = formatOf(context, query.format, OBSERVATION_FORMATS);
    if (format === undefined) return refuseFormat(OBSERVATION_FORMATS);
    const shape = shapeOf(query, format);
    if (!shape.ok) return badQuery([shape.fault.detail]);
    const address = addressWithout(context, ['from', 'to', 'cursor']);
    const encoding = encodingFor(format, context.req.raw.headers);
    const part = { selection, format, address, encoding, before: { rows: 0, bytes: 0 }, ...shape.value };
    if (part.paging === 'page') return answerPage(context, { ask: 'series', ...part }, format);
    const name = selection.kind === 'one' ? selection.key : 'observations';
    return exports.answer(part, scopeOf(context), name, context.req.method === 'HEAD');
  };

  app.get(`${API_PATH}/datastreams`, (context) => {
    const query = queryOf(context, datastreamsQuerySchema);
    if (!query.ok) return badQuery(query.fault.faults);
    const { limit, after: afterId, zone, locale, bom } = query.value;
    const format = formatOf(context, query.value.format, DATASTREAM_FORMATS);
    if (format === undefined) return refuseFormat(DATASTREAM_FORMATS);
    const request = {
      search: searchOf(query.value),
      afterId,
      limit,
      format,
      dialect: { zone, locale, byteOrderMark: bom },
      address: addressWithout(context, ['after']),
      encoding: encodingFor(format, context.req.raw.headers),
    };
    return answerPage(context, { ask: 'datastreams', ...request }, format);
  });
  app.get(`${API_PATH}/datastreams/:key`, (context) => {
    const key = context.req.param('key');
    const query = queryOf(context, datastreamQuerySchema);
    if (!query.ok) return badQuery(query.fault.faults);
    if (!isDatastreamKey(key)) return noKey(key);
    const encoding = encodingFor('json', context.req.raw.headers);
    return answerPage(context, { ask: 'datastream', key, encoding, ...organisationOf(query.value) }, 'json');
  });
  app.get(`${API_PATH}/datastreams/:key/observations`, (context) => {
    const key = context.req.param('key');
    const query = queryOf(context, seriesQuerySchema);
    if (!query.ok) return badQuery(query.fault.faults);
    if (!isDatastreamKey(key)) return noKey(key);
    return answerSeries(context, query.value, { kind: 'one', key, ...organisationOf(query.value) });
  });
  app.get(`${API_PATH}/observations`, (context) => {
    const query = queryOf(context, observationsQuerySchema);
    if (!query.ok) return badQuery(query.fault.faults);
    const selection = selectionOf(query.value);
    if (!selection.ok) return badQuery([selection.fault.detail]);
    return answerSeries(context, query.value, selection.value);
  });
  app.get(OPENAPI_PATH, () => {
    const headers = {
      'Content-Type': 'application/json',
      'Cache-Control': 'no-cache',
      'Access-Control-Allow-Origin': '*',
    };
    return new Response(description, { headers });
  });
  return app;
}

function queryOf<Schema extends z.ZodType>(context: Context, schema: Schema) {
  return readQuery(schema, context.req.queries());
}

function organisationOf({ organisation }: { readonly organisation?: string | undefined }) {
  return organisation === undefined ? {} : { organisation };
}

function formatOf<F extends Format>(context: Context, asked: F | undefined, formats: readonly F[]): F | undefined {
  return asked ?? negotiateQueryFormat(context.req.header('accept'), formats);
}

/** Path and query as they came, without what the next page says otherwise. */
function addressWithout(context: Context, names: readonly string[]): string {
  const { pathname, searchParams } = new URL(context.req.url);
  for (const name of names) searchParams.delete(name);
  return searchParams.size === 0 ? pathname : `${pathname}?${searchParams}`;
}

function refuseFormat(formats: readonly Format[]): Response {
  return notAcceptable(formats.map((format) => FORMAT_MEDIA_TYPES[format]));
}

function noKey(key: string): Response {
  return notFound(`"${key.slice(0, 200)}" is no key of a datastream`);
}

function badQuery(faults: readonly string[]): Response {
  return problem(400, 'Bad query', faults.join('; '), { members: { faults } });
}
