import { ok } from '@meetbrug/protocols/result';
import type { Access } from '../access/access.ts';
import { NOBODY } from '../access/caller.ts';
import type { RunningAudit } from '../audit/record-running.ts';
import { createCatalogueDocuments } from '../catalogue/catalogue-documents.ts';
import { planCatalogue, resolveCatalogue } from '../catalogue/plan-catalogue.ts';
import { SERVED_APIS } from '../catalogue/served-apis.ts';
import type { CloudConfig } from '../config/cloud-config.ts';
import { enrolmentRoutes } from '../gateways/enrolment-service.ts';
import type { Gateways } from '../gateways/open-gateways.ts';
import type { Link } from '../ingest/start-link.ts';
import type { FeedSettings } from '../ldes/feed.ts';
import type { CloudMetrics } from '../metrics.ts';
import type { Outside } from '../outside/start-outside.ts';
import type { PageFiles } from '../pages/page-files.ts';
import type { Push } from '../push/start-push.ts';
import type { ReadPool } from '../read/read-pool.ts';
import type { RunningViews } from '../views/start-views.ts';
import { createApp } from './app.ts';
import { createFeedPages, type FeedPages } from './feed-pages.ts';
import type { HttpServer } from './http-server.ts';
import { createRequestHandler } from './request-handler.ts';

export interface ReadersParts {
  readonly config: CloudConfig;
  readonly publicBaseUrl: string;
  readonly feeds: ReadonlyMap<string, FeedSettings>;
  readonly http: HttpServer;
  readonly gateways: Gateways;
  readonly access: Access;
  readonly push: Push;
  readonly views: RunningViews;
  readonly readers: ReadPool;
  readonly pageFiles: PageFiles | undefined;
  readonly outside: Pick<Outside, 'post'> | undefined;
  readonly metrics: CloudMetrics;
  readonly logger: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
  readonly nowMs: () => number;
  readonly link: Pick<Link, 'upgrade'>;
  readonly audit: RunningAudit;
  readonly notReady: () => string | undefined;
}

/** Opens the HTTP server to readers; returns the pages that it keeps. */
export function serveReaders(parts: ReadersParts): FeedPages {
  const { config, publicBaseUrl, feeds, http, gateways, access, views, readers, pageFiles, metrics, link, nowMs } =
    parts;
  const pages = createFeedPages({
    publicBaseUrl,
    views: views.served,
    readers: views.watched(readers),
    ...(pageFiles && { files: pageFiles }),
    pagesBytesMax: config.cache.pagesBytesMax,
    immutableMaxAgeSeconds: config.ldes.immutableMaxAgeSeconds,
    openMaxAgeSeconds: config.ldes.openMaxAgeSeconds,
  });
  const everybody = access.scopeOf(NOBODY);
  const described = resolveCatalogue(config, publicBaseUrl, SERVED_APIS);
  const app = createApp({
    publicBaseUrl,
    home: [...feeds.values()].map((feed) => ({ ...feed, isPrivate: access.isPrivate(feed.organisation, feed.stream) })),
    catalogue: described.ok
      ? ok(
          createCatalogueDocuments(
            () => planCatalogue(described.value, feeds.values(), views.served.list(), access.isPrivate),
            readers,
            everybody,
            nowMs,
          ),
        )
      : described,
    pages,
    views: views.served,
    readers,
    access,
    push: parts.push,
    ...(parts.outside && { postMembers: parts.outside.post }),
    nowMs,
    notReady: parts.notReady,
    metrics: async () => ({ contentType: metrics.registry.contentType, body: await metrics.registry.metrics() }),
    ...(gateways.certified && {
      enrolment: enrolmentRoutes(gateways.certified.enrolment, {
        ...config.gateways,
        logger: parts.logger,
        nowMs,
        onAnswered: (what) => parts.audit.certificateAsked(what),
      }),
    }),
  });
  const handler = createRequestHandler(app, pages, publicBaseUrl, everybody);
  http.upgrade((request, socket, head) => {
    request.url = handler.readTarget(request.url ?? '/');
    link.upgrade(request, socket, head);
  });
  http.serve(handler.serve);
  return pages;
}
