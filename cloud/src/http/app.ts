import { Hono } from 'hono';
import type { ReadPool } from '../read/read-pool.ts';
import { createApiRoutes } from './api-routes.ts';
import type { FeedPages } from './feed-pages.ts';
import { answerFeed } from './feed-routes.ts';
import { type HomeFeed, homeHtml, homeJson } from './home.ts';
import { notFound, problem } from './problem.ts';
import { createVocabularyRoutes } from './vocabulary-routes.ts';
import { CONTENT_SECURITY_POLICY } from './vocabulary-style.ts';

export interface AppSettings {
  readonly publicBaseUrl: string;
  readonly home: readonly HomeFeed[];
  readonly pages: FeedPages;
  readonly readers: Pick<ReadPool, 'run'>;
  /** Why the cloud is not ready; undefined when it is. */
  readonly notReady: () => string | undefined;
  readonly metrics: () => Promise<{ readonly contentType: string; readonly body: string }>;
  /** Where gateways enrol; absent when this cloud gives out no certificates. */
  readonly enrolment?: Hono;
}

const PREFLIGHT_HEADERS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Methods': 'GET, HEAD',
  'Access-Control-Allow-Headers': 'Accept, If-None-Match',
  'Access-Control-Max-Age': '86400',
};

/** Every route of the cloud. Only reads, GET and HEAD, but for the enrolment of gateways. */
export function createApp(settings: AppSettings): Hono {
  const { publicBaseUrl, home, pages, readers, notReady, metrics, enrolment } = settings;
  const app = new Hono();
  app.get('/ldes/*', (context) => answerFeed(context.req.raw, pages, publicBaseUrl));
  app.route('/api/v1', createApiRoutes(readers));
  app.route('/id', createVocabularyRoutes(publicBaseUrl, readers));
  app.get('/', async (context) => {
    const accept = context.req.header('accept') ?? '';
    return /application\/(?:\w+\+)?json/.test(accept) && !accept.includes('text/html')
      ? text(homeJson(home, publicBaseUrl), 'application/json', { Vary: 'Accept' })
      : text(await homeHtml(home, publicBaseUrl), 'text/html; charset=utf-8', {
          Vary: 'Accept',
          'Content-Security-Policy': CONTENT_SECURITY_POLICY,
        });
  });
  app.get('/healthz', () => text('{"status":"alive"}', 'application/json'));
  app.get('/readyz', () => {
    const detail = notReady();
    return detail === undefined ? text('{"status":"ready"}', 'application/json') : problem(503, 'Not ready', detail);
  });
  app.get('/metrics', async () => {
    const { contentType, body } = await metrics();
    return text(body, contentType);
  });
  if (enrolment !== undefined) app.route('/', enrolment);
  app.notFound((context) => notFound(`there is nothing at ${context.req.path}`));
  // Browsers ask before they send If-None-Match to another origin.
  app.options('*', () => new Response(null, { status: 204, headers: PREFLIGHT_HEADERS }));
  app.on(['POST', 'PUT', 'PATCH', 'DELETE'], '*', () =>
    problem(405, 'Method not allowed', 'this server is read with GET and HEAD', { headers: { Allow: 'GET, HEAD' } }),
  );
  app.onError((error) => problem(500, 'Internal error', error.name));
  return app;
}

function text(body: string, contentType: string, headers: Record<string, string> = {}): Response {
  return new Response(body, {
    headers: {
      'Content-Type': contentType,
      'Cache-Control': 'no-cache',
      'Access-Control-Allow-Origin': '*',
      ...headers,
    },
  });
}
