import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import type { ReadScope } from '../access/read-scope.ts';
import { LINK_PATH } from '../ingest/link-websocket.ts';
import type { FeedPages } from './feed-pages.ts';
import { createImmutableFastPath } from './immutable-fast-path.ts';
import { createTargetReader } from './request-target.ts';

/** What a request passes before the routes. */
export interface RequestHandler {
  serve(request: IncomingMessage, response: ServerResponse): void;
  /** The path of a request to upgrade, as the routes would see it. */
  readTarget(target: string): string;
}

/** Nothing that we answer depends on the name we were called by; an odd one must not be refused either. */
const HOST = 'localhost';

export function createRequestHandler(
  app: Hono,
  pages: Pick<FeedPages, 'cached'>,
  publicBaseUrl: string,
  everybody: ReadScope,
): RequestHandler {
  const readTarget = createTargetReader(publicBaseUrl, rootsOf(app));
  const fastPath = createImmutableFastPath(pages, everybody);
  const listener = getRequestListener(app.fetch);
  return {
    readTarget,
    serve(request, response) {
      request.url = readTarget(request.url ?? '/');
      if (fastPath(request, response)) return;
      request.headers.host = HOST;
      void listener(request, response);
    },
  };
}

/** First segments of everything that is served, so that a new route needs no list beside it. */
function rootsOf(app: Hono): ReadonlySet<string> {
  const paths = [...app.routes.map(({ path }) => path), LINK_PATH];
  return new Set(paths.map((path) => path.split('/')[1] ?? '').filter((root) => root !== '' && root !== '*'));
}
