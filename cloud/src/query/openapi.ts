import { z } from 'zod';
import {
  datastreamSchema,
  datastreamsSchema,
  featuresSchema,
  intervalSchema,
  observationSchema,
  problemSchema,
  seriesSchema,
} from './query-answers.ts';
import { FORMAT_MEDIA_TYPES, type Format } from './query-formats.ts';
import {
  datastreamQuerySchema,
  datastreamsQuerySchema,
  observationsQuerySchema,
  seriesQuerySchema,
} from './query-parameters.ts';

const ANSWERS = [
  observationSchema,
  intervalSchema,
  datastreamSchema,
  datastreamsSchema,
  featuresSchema,
  seriesSchema,
  problemSchema,
] as const;

type Json = Readonly<Record<string, unknown>>;

const KEY_PARAMETER: Json = {
  name: 'key',
  in: 'path',
  required: true,
  description: 'Key of a datastream: feature.sensor.property.procedure.',
  schema: { type: 'string' },
};
const TEXT: Json = { type: 'string' };
/** JSON Schema says nothing of bytes: their media type does (OpenAPI 3.1 section 4.8.14.3). */
const BYTES: Json = {};

const SECURITY_SCHEMES: Json = {
  key: { type: 'apiKey', in: 'header', name: 'X-API-KEY', description: 'A key that this server was asked for.' },
  token: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'A token of the login server of the publisher.',
  },
};

/** The description of the query API (OpenAPI 3.1), made from the schemas that its requests are read with. */
export function describeQueryApi(publicBaseUrl: string): Json {
  const bySchema = (schema: z.ZodType) => ({ $ref: `#/components/schemas/${schema.meta()?.id}` });
  const series = {
    json: bySchema(seriesSchema),
    csv: TEXT,
    parquet: BYTES,
    arrow: BYTES,
  };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Meetbrug query API',
      version: '1',
      description:
        'Datastreams and their observations. Values in JSON are exact decimals: read them as such where it matters. Answers that begin to be sent are read to their end without a limit of rows; a connection that breaks before its end has not given all.',
    },
    servers: [{ url: publicBaseUrl }],
    paths: {
      '/api/v1/datastreams': {
        get: operation('listDatastreams', 'Finds datastreams, with their latest values', datastreamsQuerySchema, {
          json: bySchema(datastreamsSchema),
          csv: TEXT,
          geojson: bySchema(featuresSchema),
        }),
      },
      '/api/v1/datastreams/{key}': {
        get: operation(
          'readDatastream',
          'One datastream',
          datastreamQuerySchema,
          { json: bySchema(datastreamSchema) },
          [KEY_PARAMETER],
        ),
      },
      '/api/v1/datastreams/{key}/observations': {
        get: operation('readSeries', 'Observations of one datastream', seriesQuerySchema, series, [KEY_PARAMETER]),
      },
      '/api/v1/observations': {
        get: operation(
          'readObservations',
          'Observations of several datastreams; by time, or with `every` by datastream and time',
          observationsQuerySchema,
          series,
        ),
      },
    },
    // Without credentials everything public is read; with them what they were given for as well.
    security: [{}, { key: [] }, { token: [] }],
    components: { schemas: componentSchemas(), securitySchemes: SECURITY_SCHEMES },
  };
}

function operation(
  operationId: string,
  summary: string,
  query: z.ZodObject,
  answers: Partial<Record<Format, Json>>,
  parameters: readonly Json[] = [],
): Json {
  const content = Object.entries(answers).map(([format, schema]) => [FORMAT_MEDIA_TYPES[format as Format], { schema }]);
  const refusal = (description: string) => ({
    description,
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  });
  return {
    operationId,
    summary,
    parameters: [...parameters, ...queryParameters(query)],
    responses: {
      200: { description: 'What was asked for.', content: Object.fromEntries(content) },
      304: { description: 'What `If-None-Match` names is what there is.' },
      400: refusal(
        'What was asked is not understood, names several organisations, or would cost too much: the detail says which.',
      ),
      401: refusal('The key or token that was sent is none, is revoked, has expired or is for another server.'),
      404: refusal('There is no such datastream, or none that may be read.'),
      406: refusal('It exists in none of the formats of `Accept`.'),
      429: refusal('Too many ask at this moment, or this caller has asked too often in this minute.'),
      503: refusal('It cannot be read now.'),
    },
  };
}

function queryParameters(query: z.ZodObject): Json[] {
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: 'input', unrepresentable: 'any' });
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...schema } = property as { description?: string };
    return { name, in: 'query', required: required.includes(name), description, schema };
  });
}

/** Every answer that has a name, with the named ones in it by reference. */
function componentSchemas(): Json {
  const registry = z.registry<{ id: string }>();
  for (const schema of ANSWERS) {
    registry.add(schema, { id: String(schema.meta()?.id) });
  }
  const { schemas } = z.toJSONSchema(registry, { uri: (id) => `#/components/schemas/${id}` });
  return Object.fromEntries(Object.entries(schemas).map(([id, { $schema: _, $id: __, ...schema }]) => [id, schema]));
}
