import { matchesEtag, negotiateEncoding } from '../http/negotiate.ts';
import { notFound, problem, unavailable } from '../http/problem.ts';
import { contentTypeOf, type Format } from './query-formats.ts';
import type { QueryPart, QueryRefusal } from './query-tasks.ts';

/** What a response depends on beside its address. */
const VARY = 'Accept, Accept-Encoding';

export function refusalResponse(refusal: QueryRefusal): Response {
  if (refusal.kind === 'ambiguous') {
    return problem(400, 'Ambiguous', 'several organisations have this datastream: add ?organisation=', {
      members: { organisations: refusal.organisations },
    });
  }
  const { kind, detail } = refusal;
  switch (kind) {
    case 'not-found':
      return notFound(detail);
    case 'bad-request':
      return problem(400, 'Bad query', detail);
    case 'too-costly':
      return problem(400, 'Too costly', detail);
    case 'unavailable':
      return unavailable(detail);
  }
}

/**
 * A page, or 304 when the reader has it (RFC 9110 section 13.2.2). A page with a version of this very second says no
 * `Last-Modified`: another one may come in the same second.
 */
export function pageResponse(
  { body, etag = '', modifiedMs, next }: QueryPart,
  format: Format,
  request: Headers,
  nowMs: number,
): Response {
  const encoding = encodingFor(format, request);
  const modifiedSecond = modifiedMs === undefined ? undefined : Math.floor(modifiedMs / 1000);
  const isSettled = modifiedSecond !== undefined && modifiedSecond < Math.floor(nowMs / 1000);
  const headers = {
    ...commonHeaders(),
    ETag: etag,
    ...(isSettled && { 'Last-Modified': new Date(modifiedSecond * 1000).toUTCString() }),
    ...(next !== undefined && { Link: `<${next}>; rel="next"` }),
  };
  if (isUnchanged(request, etag, isSettled ? modifiedSecond : undefined)) {
    return new Response(null, { status: 304, headers });
  }
  return new Response(body, {
    headers: {
      ...headers,
      'Content-Type': contentTypeOf(format),
      'Content-Length': String(body.length),
      ...(encoding !== 'identity' && { 'Content-Encoding': encoding }),
    },
  });
}

/** An answer that is made while it is sent: it has no validator. */
export function streamResponse(body: ReadableStream<Uint8Array> | null, format: Format, name: string): Response {
  return new Response(body, {
    headers: {
      ...commonHeaders(),
      'Content-Type': contentTypeOf(format),
      'Content-Disposition': `inline; filename="${name}.${format}"`,
    },
  });
}

/** Parquet compresses its own columns. */
export function encodingFor(format: Format, request: Headers) {
  return format === 'parquet' ? 'identity' : negotiateEncoding(request.get('accept-encoding') ?? undefined);
}

function commonHeaders(): Record<string, string> {
  return { 'Cache-Control': 'no-cache', Vary: VARY, 'Access-Control-Allow-Origin': '*' };
}

function isUnchanged(request: Headers, etag: string, modifiedSecond: number | undefined): boolean {
  const ifNoneMatch = request.get('if-none-match');
  if (ifNoneMatch !== null) return matchesEtag(ifNoneMatch, etag);
  const since = Date.parse(request.get('if-modified-since') ?? '');
  return modifiedSecond !== undefined && modifiedSecond * 1000 <= since;
}
