import { MEDIA_TYPES, RDF_FORMATS } from '@meetbrug/protocols/ldes';
import { type FeedPages, notModifiedHeaders } from './feed-pages.ts';
import { canonicalFeedPath, parseFeedPath } from './feed-path.ts';
import { matchesEtag, negotiateEncoding, negotiateFormat } from './negotiate.ts';
import { notFound, problem, unavailable } from './problem.ts';

/** Answers a GET below `/ldes/`. */
export async function answerFeed(request: Request, pages: FeedPages, publicBaseUrl: string): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const canonical = canonicalFeedPath(`${pathname}${search}`);
  if (canonical === undefined) return notFound(`there is no stream at ${pathname}`);
  const target = parseFeedPath(canonical);
  if (target === undefined || !pages.exists(target)) return notFound(`there is nothing at ${pathname}, or not yet`);
  if (canonical !== pathname || search !== '') return redirect(`${publicBaseUrl}${canonical}`);
  const format = negotiateFormat(request.headers.get('accept') ?? undefined);
  if (format === undefined) return notAcceptable();
  const encoding = negotiateEncoding(request.headers.get('accept-encoding') ?? undefined);
  const loaded = await pages.load(canonical, target, format, encoding);
  if (!loaded.ok) {
    return loaded.fault.code === 'no-such-page' ? notFound(loaded.fault.detail) : unavailable(loaded.fault.detail);
  }
  const page = loaded.value;
  if (matchesEtag(request.headers.get('if-none-match') ?? undefined, page.etag)) {
    return new Response(null, { status: 304, headers: notModifiedHeaders(page) });
  }
  return new Response(page.body, { headers: page.headers });
}

function redirect(location: string): Response {
  return new Response(null, {
    status: 308,
    headers: { Location: location, 'Cache-Control': 'public, max-age=3600', 'Access-Control-Allow-Origin': '*' },
  });
}

function notAcceptable(): Response {
  const available = RDF_FORMATS.map((format) => MEDIA_TYPES[format]);
  return problem(406, 'Not acceptable', `this document exists as ${available.join(', ')}`, {
    members: { available },
    headers: { Vary: 'Accept, Accept-Encoding' },
  });
}
