import type { Fault } from '@meetbrug/protocols/result';
import type { ReadFaultCode } from '../read/read-pool.ts';

/** A refusal for machines and people (RFC 9457). Every header is set here: touching it later leaves the fast path. */
export function problem(
  status: number,
  title: string,
  detail: string,
  { members = {}, headers = {} }: { members?: Record<string, unknown>; headers?: Record<string, string> } = {},
): Response {
  return new Response(JSON.stringify({ title, status, detail, ...members }), {
    status,
    headers: {
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      'Access-Control-Allow-Origin': '*',
      ...headers,
    },
  });
}

export function notFound(detail: string): Response {
  return problem(404, 'Not found', detail);
}

/** What may have been there and is not kept any more. */
export function gone(detail: string): Response {
  return problem(410, 'Gone', detail);
}

const RETRY_LATER = { 'Retry-After': '1' };

/** The read side cannot answer now: a client that waits a little will be served. */
export function unavailable(detail: string): Response {
  return problem(503, 'Not available now', detail, { headers: RETRY_LATER });
}

/** A read that gave no answer: 429 when too many wait, as LDES asks of a server that has too much to do; 503 otherwise. */
export function unanswered({ code, detail }: Fault<ReadFaultCode>): Response {
  return code === 'readers-busy'
    ? problem(429, 'Too many requests', detail, { headers: RETRY_LATER })
    : unavailable(detail);
}

/** None of the media types in which a document exists is acceptable. */
export function notAcceptable(available: readonly string[]): Response {
  return problem(406, 'Not acceptable', `this document exists as ${available.join(', ')}`, {
    members: { available },
    headers: { Vary: 'Accept, Accept-Encoding' },
  });
}

const REDIRECT_MAX_AGE_SECONDS = 3_600;

/** To the one spelling of an address. */
export function redirectToCanonical(location: string): Response {
  return redirect(308, location, `public, max-age=${REDIRECT_MAX_AGE_SECONDS}`);
}

/** To what stands in for a document that is no longer kept. */
export function redirectInstead(location: string): Response {
  return redirect(307, location, 'no-cache');
}

function redirect(status: 307 | 308, location: string, cacheControl: string): Response {
  return new Response(null, {
    status,
    headers: { Location: location, 'Cache-Control': cacheControl, 'Access-Control-Allow-Origin': '*' },
  });
}
