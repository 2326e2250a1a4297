import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RdfFormat } from '@meetbrug/protocols/ldes';
import type { Encoding } from '../read/read-tasks.ts';
import { type FeedPages, notModifiedHeaders } from './feed-pages.ts';
import { matchesEtag, negotiateEncoding, negotiateFormat } from './negotiate.ts';

const REMEMBERED_HEADERS_MAX = 1_000;

/**
 * Answers a page that can never change from memory, before any routing: true when it did. Only a canonical path is ever
 * a key of that memory, so every other spelling falls through to the routes, which redirect it.
 */
export function createImmutableFastPath(
  pages: FeedPages,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const formatOf = remember<RdfFormat | undefined>(negotiateFormat);
  const encodingOf = remember<Encoding>(negotiateEncoding);
  return (request, response) => {
    const { method, url, headers } = request;
    if ((method !== 'GET' && method !== 'HEAD') || url === undefined || !url.startsWith('/ldes/')) return false;
    const format = formatOf(headers.accept);
    if (format === undefined) return false;
    const page = pages.cached(url, format, encodingOf(headers['accept-encoding'] as string | undefined));
    if (page === undefined) return false;
    if (matchesEtag(headers['if-none-match'], page.etag)) {
      response.writeHead(304, notModifiedHeaders(page)).end();
      return true;
    }
    response.writeHead(200, page.headers);
    if (method === 'HEAD') response.end();
    else response.end(page.body);
    return true;
  };
}

/** Clients send the same header every time; a stranger who sends a new one each time only empties the memory. */
function remember<Value>(decide: (header: string | undefined) => Value): (header: string | undefined) => Value {
  const decided = new Map<string, Value>();
  return (header) => {
    const key = header ?? '';
    if (decided.has(key)) return decided.get(key) as Value;
    const value = decide(header);
    if (decided.size >= REMEMBERED_HEADERS_MAX) decided.clear();
    decided.set(key, value);
    return value;
  };
}
