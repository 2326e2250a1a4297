import { MEDIA_TYPES, RDF_FORMATS } from '@meetbrug/protocols/ldes';
import { type Context, Hono, type Next } from 'hono';
import { refuseReading } from '../access/access.ts';
import type { ScopeOf } from '../access/guard-requests.ts';
import { matchesEtag, negotiateEncoding, negotiateFormat } from '../http/negotiate.ts';
import { gone, notAcceptable, notFound, redirectToCanonical, unanswered } from '../http/problem.ts';
import { targetOf } from '../http/request-target.ts';
import { notModifiedHeaders, toServedPage } from '../http/served-page.ts';
import type { ReadPool } from '../read/read-pool.ts';
import { locateId, tidiedIdPath } from './id-path.ts';

/** How long caches may keep what can still get a new version. */
const MAX_AGE_SECONDS = 60;

/** Redirects every spelling below `/id/` but the tidied one; put before what answers there. */
export function redirectUntidiedIds(publicBaseUrl: string) {
  return async (context: Context, next: Next): Promise<Response | undefined> => {
    const target = targetOf(context);
    const tidied = tidiedIdPath(target);
    if (tidied === undefined) return notFound(`there is nothing at ${target.slice(0, 200)}`);
    if (tidied !== target) return redirectToCanonical(`${publicBaseUrl}${tidied}`);
    await next();
    return undefined;
  };
}

/** The documents of the IRIs that organisations' data mints, to be mounted at `/id`. People get Turtle. */
export function createDereferenceRoutes(publicBaseUrl: string, readers: Pick<ReadPool, 'run'>, scopeOf: ScopeOf): Hono {
  const app = new Hono();
  app.get('/*', async (context) => {
    const path = targetOf(context);
    const location = locateId(path);
    if (location === undefined) return notFound(`no IRI of ours is spelled ${path.slice(0, 200)}`);
    if (location.canonical !== path) return redirectToCanonical(`${publicBaseUrl}${location.canonical}`);
    const format = negotiateFormat(context.req.header('accept'));
    if (format === undefined) return notAcceptable(RDF_FORMATS.map((one) => MEDIA_TYPES[one]));
    const encoding = negotiateEncoding(context.req.header('accept-encoding'));
    const scope = scopeOf(context);
    const answered = await readers.run({ kind: 'dereference', target: location.target, format, encoding }, scope);
    if (!answered.ok) return unanswered(answered.fault);
    if (answered.value === undefined) return notFound(`nothing was published under the name ${path.slice(0, 200)}`);
    if ('isClosed' in answered.value) return refuseReading(scope);
    if ('isExpired' in answered.value) {
      return gone(
        `${path.slice(0, 200)} is of a time from before what is kept (store.retention): what was published of it has expired`,
      );
    }
    const { modifiedMs, ...made } = answered.value;
    const page = toServedPage(made, { format, encoding, cacheControl: `public, max-age=${MAX_AGE_SECONDS}` });
    const lastModified = { 'Last-Modified': new Date(modifiedMs).toUTCString() };
    return matchesEtag(context.req.header('if-none-match'), page.etag)
      ? new Response(null, { status: 304, headers: { ...notModifiedHeaders(page), ...lastModified } })
      : new Response(page.body, { headers: { ...page.headers, ...lastModified } });
  });
  return app;
}
