import { isDatastreamKey, nameSchema, parseInstant, propertyKeySchema } from '@meetbrug/protocols/observation';
import { THEMES } from '@meetbrug/protocols/properties';
import { Hono } from 'hono';
import { z } from 'zod';
import type { ReadPool } from '../read/read-pool.ts';
import type { QueryAnswer, ReadTask } from '../read/read-tasks.ts';
import { notFound, problem, unanswered } from './problem.ts';

const LIMIT_DEFAULT = 1_000;
const LIMIT_MAX = 10_000;

const instant = z
  .string()
  .max(64)
  .transform((text, context) => {
    // A "+" of a zone arrives as a space when it was not percent-encoded.
    const ms = parseInstant(text.replace(/ (?=\d\d:?\d\d$)/, '+'));
    if (ms === undefined) context.addIssue({ code: 'custom', message: 'an RFC 3339 time with a zone' });
    return ms ?? z.NEVER;
  });
const limit = z.coerce.number().int().min(1).max(LIMIT_MAX).default(LIMIT_DEFAULT);
const organisation = nameSchema.optional();

const listQuery = z.strictObject({
  organisation,
  measuringPoint: nameSchema.optional(),
  property: propertyKeySchema.optional(),
  theme: z.enum(THEMES).optional(),
  limit,
  after: z.coerce.number().int().min(0).default(0),
});
const oneQuery = z.strictObject({ organisation });
const rangeQuery = z.strictObject({ organisation, limit, from: instant.optional(), to: instant.optional() });

const pointSeriesQuery = rangeQuery.extend({
  measuringPoint: nameSchema,
  property: propertyKeySchema,
  direction: z.enum(['in', 'out']).optional(),
});

type Query = Exclude<ReadTask, { kind: 'page' | 'dereference' | 'catalogue' | 'sensorthings' }>;

/** The query API: datastreams and their observations as JSON. */
export function createApiRoutes(readers: Pick<ReadPool, 'run'>): Hono {
  const app = new Hono();
  const answer = async (query: Query): Promise<Response> => {
    const result = await readers.run(query);
    return result.ok ? toResponse(result.value as QueryAnswer) : unanswered(result.fault);
  };

  app.get('/datastreams', (context) => {
    const query = listQuery.safeParse(context.req.query());
    if (!query.success) return badQuery(query.error);
    const { after, limit, ...filter } = query.data;
    return answer({ kind: 'datastreams', afterId: after, limit, filter: withoutUndefined(filter) });
  });
  app.get('/observations', (context) => {
    const query = pointSeriesQuery.safeParse(context.req.query());
    if (!query.success) return badQuery(query.error);
    const { from, to, limit, measuringPoint, property, ...rest } = query.data;
    return answer({
      kind: 'point-series',
      filter: { measuringPoint, property, ...withoutUndefined(rest) },
      limit,
      ...(from !== undefined && { fromMs: from }),
      ...(to !== undefined && { toMs: to }),
    });
  });
  app.get('/datastreams/:key', (context) => {
    const key = context.req.param('key');
    const query = oneQuery.safeParse(context.req.query());
    if (!query.success) return badQuery(query.error);
    if (!isDatastreamKey(key)) return notFound(`"${key.slice(0, 200)}" is no key of a datastream`);
    const { organisation } = query.data;
    return answer({ kind: 'datastream', key, ...(organisation && { organisation }) });
  });
  app.get('/datastreams/:key/observations', (context) => {
    const key = context.req.param('key');
    const query = rangeQuery.safeParse(context.req.query());
    if (!query.success) return badQuery(query.error);
    if (!isDatastreamKey(key)) return notFound(`"${key.slice(0, 200)}" is no key of a datastream`);
    const { organisation, limit, from, to } = query.data;
    return answer({
      kind: 'observations',
      key,
      limit,
      ...(organisation && { organisation }),
      ...(from !== undefined && { fromMs: from }),
      ...(to !== undefined && { toMs: to }),
    });
  });
  return app;
}

/** What was not asked about is absent, not undefined. */
function withoutUndefined<T extends object>(filter: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>;
  };
}

function toResponse(answer: QueryAnswer): Response {
  if (answer.kind === 'not-found') return notFound('there is no such datastream');
  if (answer.kind === 'too-many') return problem(400, 'Too many', answer.detail);
  if (answer.kind === 'ambiguous') {
    return problem(400, 'Ambiguous', 'several organisations have this datastream: add ?organisation=', {
      members: { organisations: answer.organisations },
    });
  }
  return new Response(answer.body, {
    headers: {
      'Content-Type': 'application/json',
      'Cache-Control': 'no-cache',
      'Access-Control-Allow-Origin': '*',
    },
  });
}

function badQuery(error: z.ZodError): Response {
  const faults = error.issues.map(({ path, message }) => `${path.join('.') || 'query'}: ${message}`);
  return problem(400, 'Bad query', faults.join('; '), { members: { faults } });
}
