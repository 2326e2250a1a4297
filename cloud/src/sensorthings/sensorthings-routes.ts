import { Hono } from 'hono';
import type { ScopeOf } from '../access/guard-requests.ts';
import type { ReadScope } from '../access/read-scope.ts';
import { notFound, problem, unanswered } from '../http/problem.ts';
import { targetOf } from '../http/request-target.ts';
import type { ReadPool } from '../read/read-pool.ts';
import type { SensorThingsAnswer } from './answer-sensorthings.ts';
import { SENSORTHINGS_ROOT } from './links.ts';

const CONTENT_TYPES = { json: 'application/json', text: 'text/plain; charset=utf-8' };

/** The SensorThings API 1.1, read side. */
export function createSensorThingsRoutes(readers: Pick<ReadPool, 'run'>, scopeOf: ScopeOf, nowMs: () => number): Hono {
  const app = new Hono();
  const answer = async (target: string, scope: ReadScope): Promise<Response> => {
    const result = await readers.run({ kind: 'sensorthings', target, nowMs: nowMs() }, scope);
    return result.ok ? toResponse(result.value) : unanswered(result.fault);
  };
  for (const path of [SENSORTHINGS_ROOT, `${SENSORTHINGS_ROOT}/*`]) {
    app.get(path, (context) => {
      const target = targetOf(context);
      return target.startsWith(SENSORTHINGS_ROOT)
        ? answer(target.slice(SENSORTHINGS_ROOT.length), scopeOf(context))
        : notFound(`there is nothing at ${target.slice(0, 200)}`);
    });
  }
  return app;
}

function toResponse(answer: SensorThingsAnswer): Response {
  const headers = { 'Cache-Control': 'no-cache', 'Access-Control-Allow-Origin': '*' };
  switch (answer.kind) {
    case 'refused':
      return answer.code === 'not-found'
        ? notFound(answer.detail)
        : problem(400, answer.code === 'too-costly' ? 'Too costly' : 'Bad request', answer.detail);
    case 'empty':
      return new Response(null, { status: 204, headers });
    default:
      return new Response(answer.body, { headers: { 'Content-Type': CONTENT_TYPES[answer.kind], ...headers } });
  }
}
