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

/** The read side cannot answer now: a client that waits a little will be served. */
export function unavailable(detail: string): Response {
  return problem(503, 'Not available now', detail, { headers: { 'Retry-After': '1' } });
}
