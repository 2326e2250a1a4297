import { type DatastreamKey, isDatastreamKey, QUALITY_FLAGS } from '@meetbrug/protocols/observation';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type { z } from 'zod';
import type { QualityFilter } from '../timeseries/time-series.ts';
import type { ObservationFormat } from './query-formats.ts';
import {
  type DatastreamsQuery,
  LIMIT_DEFAULT,
  type ObservationsQuery,
  observationsQuerySchema,
  type SeriesQuery,
} from './query-parameters.ts';
import type { DatastreamSearch, SeriesPart, SeriesSelection } from './query-tasks.ts';

type Faults = Fault<'bad-query'> & { readonly faults: readonly string[] };

/** Parameters that may be repeated. */
const REPEATED = new Set(['datastream']);

/** Reads a query string by its schema; a parameter that is there twice, but for those that may be, is a fault. */
export function readQuery<Schema extends z.ZodType>(
  schema: Schema,
  parameters: Readonly<Record<string, string[]>>,
): Result<z.infer<Schema>, Faults> {
  const twice = Object.entries(parameters).filter(([name, values]) => values.length > 1 && !REPEATED.has(name));
  const plain = Object.entries(parameters).map(([name, values]) => [name, REPEATED.has(name) ? values : values[0]]);
  const parsed = schema.safeParse(Object.fromEntries(plain));
  const faults = [
    ...twice.map(([name]) => `${name}: it is there twice`),
    ...(parsed.error?.issues ?? []).map(({ path, message }) => `${path.join('.') || 'query'}: ${message}`),
  ];
  if (parsed.success && faults.length === 0) return ok(parsed.data);
  return { ok: false, fault: { code: 'bad-query', detail: faults.join('; '), faults } };
}

/** What a search asks of datastreams. */
export function searchOf(query: DatastreamsQuery | ObservationsQuery): DatastreamSearch {
  const { organisation, measuringPoint, property, theme, bbox, near, polygon, text } = query;
  const direction = 'direction' in query ? query.direction : undefined;
  const filter = { organisation, measuringPoint, direction, property, theme };
  return {
    filter: Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)),
    areas: [bbox, near, polygon].filter((area) => area !== undefined),
    words: text === undefined ? [] : text.toLowerCase().split(/\s+/),
  };
}

/** Which datastreams are meant: those that are named, or those that all other criteria fit. At least one is to be said. */
export function selectionOf(query: ObservationsQuery): Result<SeriesSelection, Fault<'bad-selection'>> {
  const search = searchOf(query);
  const keys = query.datastream ?? [];
  const wrong = keys.find((key) => !isDatastreamKey(key));
  if (wrong !== undefined) return fail('bad-selection', `datastream: "${wrong}" is no key of a datastream`);
  const { organisation, ...others } = search.filter;
  const criteria = Object.keys(others).length + search.areas.length + search.words.length;
  if (keys.length > 0 && criteria > 0) {
    return fail('bad-selection', 'datastream: goes with organisation, and with nothing else that selects');
  }
  if (keys.length === 0 && criteria === 0 && organisation === undefined) {
    const names = Object.keys(observationsQuerySchema.shape).slice(0, CRITERIA);
    return fail('bad-selection', `say which datastreams: ${names.join(', ')}`);
  }
  return ok({ kind: 'some', search, keys: keys as DatastreamKey[] });
}

/** Criteria stand first in the schema. */
const CRITERIA = 10;

/** Rows of one part of a stream: small enough that whoever waits for a thread waits little, large enough to be fast. */
const STREAM_ROWS: Readonly<Record<ObservationFormat, number>> = {
  json: 1_000,
  csv: 1_000,
  arrow: 2_000,
  parquet: 3_000,
};

type Shape = Pick<
  SeriesPart,
  'order' | 'quality' | 'summary' | 'limit' | 'paging' | 'cursor' | 'fromMs' | 'toMs' | 'dialect'
>;

/** How a series is asked for, and in what parts. */
export function shapeOf(
  query: SeriesQuery | ObservationsQuery,
  format: ObservationFormat,
): Result<Shape, Fault<'bad-series'>> {
  const { every, aggregate, fill, order, quality, zone, locale, bom, from, to, cursor } = query;
  if (every === undefined && aggregate !== undefined) return fail('bad-series', 'aggregate: goes with every');
  if (every === undefined && fill !== 'none') return fail('bad-series', 'fill: goes with every');
  if (every !== undefined && order === 'desc') return fail('bad-series', 'order: intervals come oldest first');
  const limit = query.limit ?? (format === 'json' ? LIMIT_DEFAULT : 'none');
  if (limit === 'none' && cursor !== undefined) return fail('bad-series', 'cursor: goes with a limit');
  return ok({
    order,
    quality: filterOf(quality),
    limit: limit === 'none' ? STREAM_ROWS[format] : limit,
    paging: limit === 'none' ? 'stream' : 'page',
    dialect: { zone, locale, byteOrderMark: bom },
    ...(every !== undefined && { summary: { every, aggregates: aggregate ?? ['mean'], fill } }),
    ...(cursor !== undefined && { cursor }),
    ...(from !== undefined && { fromMs: from }),
    ...(to !== undefined && { toMs: to }),
  });
}

function filterOf(quality: SeriesQuery['quality']): QualityFilter {
  if (quality === 'all') return { without: [] };
  return { without: quality === 'good' ? QUALITY_FLAGS : quality };
}
