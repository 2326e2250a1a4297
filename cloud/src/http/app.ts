import { Hono } from 'hono';
import { type Access, refuseReading } from '../access/access.ts';
import { NOBODY } from '../access/caller.ts';
import { createRequestGuard } from '../access/guard-requests.ts';
import {
  answerCatalogue,
  createCatalogueRoutes,
  negotiateHome,
  type ServedCatalogue,
} from '../catalogue/catalogue-routes.ts';
import { createDereferenceRoutes, redirectUntidiedIds } from '../dereference/dereference-routes.ts';
import { tidiedIdPath } from '../dereference/id-path.ts';
import type { PostMembers } from '../outside/post-members.ts';
import { askedOf } from '../push/event-door.ts';
import type { Push } from '../push/start-push.ts';
import { createQueryRoutes } from '../query/query-routes.ts';
import type { ReadPool } from '../read/read-pool.ts';
import { createSensorThingsRoutes } from '../sensorthings/sensorthings-routes.ts';
import type { ServedViews } from '../views/served-views.ts';
import type { FeedPages } from './feed-pages.ts';
import { locateFeed } from './feed-path.ts';
import { answerFeed, mayReadFeed } from './feed-routes.ts';
import { type HomeFeed, homeHtml, homeJson } from './home.ts';
import { notFound, problem, redirectToCanonical } from './problem.ts';
import { targetOf } from './request-target.ts';
import { createVocabularyRoutes } from './vocabulary-routes.ts';
import { CONTENT_SECURITY_POLICY } from './vocabulary-style.ts';

export interface AppSettings {
  readonly publicBaseUrl: string;
  readonly home: readonly HomeFeed[];
  readonly catalogue: ServedCatalogue;
  readonly pages: Pick<FeedPages, 'load'>;
  readonly views: Pick<ServedViews, 'find'>;
  readonly readers: Pick<ReadPool, 'run'>;
  readonly access: Access;
  /** Absent: nothing is pushed. */
  readonly push?: Pick<Push, 'answer'>;
  /** Takes members that others post; absent when no stream does. */
  readonly postMembers?: PostMembers;
  readonly nowMs: () => number;
  /** Why the cloud is not ready; undefined when it is. */
  readonly notReady: () => string | undefined;
  readonly metrics: () => Promise<{ readonly contentType: string; readonly body: string }>;
  /** Where gateways enrol; absent when this cloud gives out no certificates. */
  readonly enrolment?: Hono;
}

const PREFLIGHT_HEADERS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Methods': 'GET, HEAD',
  'Access-Control-Allow-Headers': 'Accept, Authorization, If-None-Match, Last-Event-ID, X-API-KEY',
  'Access-Control-Max-Age': '86400',
};

function startTimer(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

/**
 * Every route of the cloud, behind the one guard. Only reads, GET and HEAD, but for the enrolment of gateways and members
 * that others publish.
 */
export function createApp(settings: AppSettings): Hono {
  const { publicBaseUrl, home, catalogue, pages, views, readers, access, nowMs, notReady, metrics, enrolment } =
    settings;
  const app = new Hono();
  const { guard, callerOf, scopeOf } = createRequestGuard(access);
  const everybody = access.scopeOf(NOBODY);
  app.use('*', guard);
  app.get('/ldes/*', (context) =>
    answerFeed(targetOf(context), context.req.raw.headers, {
      pages,
      views,
      publicBaseUrl,
      scope: scopeOf(context),
      pushEvents: (organisation, stream) => settings.push?.answer(organisation, stream, askedOf(context)),
    }),
  );
  const { postMembers } = settings;
  if (postMembers !== undefined) {
    app.post('/ldes/:organisation/:stream', (context) => {
      const { headers, body } = context.req.raw;
      return postMembers({ ...context.req.param(), headers, body }, callerOf(context));
    });
  }
  app.route('/', createQueryRoutes({ readers, scopeOf, publicBaseUrl, nowMs, startTimer }));
  app.route('/', createSensorThingsRoutes(readers, scopeOf, nowMs));
  app.get('/id/*', redirectUntidiedIds(publicBaseUrl));
  app.route('/id', createVocabularyRoutes(publicBaseUrl, readers, everybody));
  app.route('/id', createDereferenceRoutes(publicBaseUrl, readers, scopeOf));
  app.route('/', createCatalogueRoutes(publicBaseUrl, catalogue));
  app.get('/', async (context) => {
    const wanted = negotiateHome(context.req.header('accept'));
    if (wanted !== 'html' && wanted !== 'json') return answerCatalogue(context, catalogue, wanted);
    return wanted === 'json'
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
  app.notFound((context) => {
    // Empty segments in front keep other spellings from their route.
    const target = targetOf(context);
    const scope = scopeOf(context);
    if (!mayReadFeed(target, scope)) return refuseReading(scope);
    const canonical = locateFeed(target, views)?.canonical ?? tidiedIdPath(target);
    return canonical === undefined || canonical === target
      ? notFound(`there is nothing at ${target.slice(0, 200)}`)
      : redirectToCanonical(`${publicBaseUrl}${canonical}`);
  });
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
