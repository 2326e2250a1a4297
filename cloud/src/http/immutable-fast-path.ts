import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ReadScope } from '../access/read-scope.ts';
import type { Encoding } from '../read/read-tasks.ts';
import type { FeedPages } from './feed-pages.ts';
import { type DocumentType, matchesEtag, negotiateDocument, negotiateEncoding } from './negotiate.ts';
import { notModifiedHeaders, withTreeProfile } from './served-page.ts';

const REMEMBERED_HEADERS_MAX = 1_000;

/**
 * Answers a page that can never change from memory, before any routing: true when it did. Only a canonical path is ever
 * a key of that memory, so every other spelling falls through to the routes, which redirect it. Whoever shows credentials
 * goes to the routes too: they are judged there, and what is private is answered there.
 * @param everybody what needs no credentials
 */
export function createImmutableFastPath(
  pages: Pick<FeedPages, 'cached'>,
  everybody: ReadScope,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const typeOf = remember<DocumentType | undefined>(negotiateDocument);
  const encodingOf = remember<Encoding>(negotiateEncoding);
  return (request, response) => {
    const { method, url, headers } = request;
    if ((method !== 'GET' && method !== 'HEAD') || url === undefined || !url.startsWith('/ldes/')) return false;
    if (headers['x-api-key'] !== undefined || headers.authorization !== undefined) return false;
    const type = typeOf(headers.accept);
    if (type === undefined) return false;
    const encoding = encodingOf(headers['accept-encoding'] as string | undefined);
    const found = pages.cached(url, type.format, encoding, everybody);
    if (found === undefined) return false;
    const page = type.treeProfile ? withTreeProfile(found) : found;
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
    const known = decided.get(key);
    if (known !== undefined || decided.has(key)) return known as Value;
    const value = decide(header);
    if (decided.size >= REMEMBERED_HEADERS_MAX) decided.clear();
    decided.set(key, value);
    return value;
  };
}
