import { MEDIA_TYPES, RDF_FORMATS } from '@meetbrug/protocols/ldes';
import type { Fault } from '@meetbrug/protocols/result';
import type { ServedViews } from '../views/served-views.ts';
import type { FeedPages, PageFaultCode } from './feed-pages.ts';
import { type FeedTarget, locateFeed } from './feed-path.ts';
import { matchesEtag, negotiateDocument, negotiateEncoding } from './negotiate.ts';
import { notAcceptable, notFound, redirectInstead, redirectToCanonical, unanswered, unavailable } from './problem.ts';
import { notModifiedHeaders, withTreeProfile } from './served-page.ts';

export interface FeedRouteSettings {
  readonly pages: Pick<FeedPages, 'load'>;
  readonly views: Pick<ServedViews, 'find'>;
  readonly publicBaseUrl: string;
}

/**
 * Answers a GET below `/ldes/`.
 * @param target path and query as they came, without the path of the public base URL
 */
export async function answerFeed(target: string, headers: Headers, settings: FeedRouteSettings): Promise<Response> {
  const location = locateFeed(target, settings.views);
  if (location === undefined) return notFound(`there is no stream, view or page at ${target.slice(0, 200)}`);
  if (location.canonical !== target) return redirectToCanonical(`${settings.publicBaseUrl}${location.canonical}`);
  const type = negotiateDocument(headers.get('accept') ?? undefined);
  if (type === undefined) return notAcceptable(RDF_FORMATS.map((format) => MEDIA_TYPES[format]));
  const encoding = negotiateEncoding(headers.get('accept-encoding') ?? undefined);
  const loaded = await settings.pages.load(location, type.format, encoding);
  if (!loaded.ok) return refuse(loaded.fault, location.target, settings.publicBaseUrl);
  const page = type.treeProfile ? withTreeProfile(loaded.value) : loaded.value;
  if (matchesEtag(headers.get('if-none-match') ?? undefined, page.etag)) {
    return new Response(null, { status: 304, headers: notModifiedHeaders(page) });
  }
  return new Response(page.body, { headers: page.headers });
}

/** A reader may still hold a link to what was dropped; both 404 and 410 would end its run. */
function refuse(fault: Fault<PageFaultCode>, { organisation, stream, view }: FeedTarget, base: string): Response {
  switch (fault.code) {
    case 'absent':
      return notFound(fault.detail);
    case 'dropped':
      return redirectInstead(`${base}/ldes/${organisation}/${stream}${view === undefined ? '' : `/${view}`}`);
    case 'filling':
      return unavailable(fault.detail);
    default:
      return unanswered({ code: fault.code, detail: fault.detail });
  }
}
