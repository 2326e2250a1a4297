import { MEDIA_TYPES, RDF_FORMATS } from '@meetbrug/protocols/ldes';
import type { Fault } from '@meetbrug/protocols/result';
import { refuseReading } from '../access/access.ts';
import type { ReadScope } from '../access/read-scope.ts';
import { prefersEvents } from '../push/prefers-events.ts';
import type { ServedViews } from '../views/served-views.ts';
import type { FeedPages, PageFaultCode } from './feed-pages.ts';
import { type FeedTarget, locateFeed } from './feed-path.ts';
import { matchesEtag, negotiateDocument, negotiateEncoding } from './negotiate.ts';
import { segmentsOf } from './path-segments.ts';
import { notAcceptable, notFound, redirectInstead, redirectToCanonical, unanswered, unavailable } from './problem.ts';
import { notModifiedHeaders, withTreeProfile } from './served-page.ts';

export interface FeedRouteSettings {
  readonly pages: Pick<FeedPages, 'load'>;
  readonly views: Pick<ServedViews, 'find'>;
  readonly publicBaseUrl: string;
  readonly scope: ReadScope;
  /** Keeps the connection and pushes new members; undefined where that cannot be. */
  readonly pushEvents: (organisation: string, stream: string) => Response | undefined;
}

/**
 * Answers a GET below `/ldes/`. Of a stream that its reader may not read it says nothing, not even which spellings of its
 * addresses are right.
 * @param target path and query as they came, without the path of the public base URL
 */
export async function answerFeed(target: string, headers: Headers, settings: FeedRouteSettings): Promise<Response> {
  const { scope } = settings;
  if (!mayReadFeed(target, scope)) return refuseReading(scope);
  const location = locateFeed(target, settings.views);
  if (location === undefined) return notFound(`there is no stream, view or page at ${target.slice(0, 200)}`);
  if (location.canonical !== target) return redirectToCanonical(`${settings.publicBaseUrl}${location.canonical}`);
  const { organisation, stream, view } = location.target;
  if (view === undefined && prefersEvents(headers.get('accept') ?? undefined)) {
    const pushed = settings.pushEvents(organisation, stream);
    if (pushed !== undefined) return pushed;
  }
  const type = negotiateDocument(headers.get('accept') ?? undefined);
  if (type === undefined) return notAcceptable(RDF_FORMATS.map((format) => MEDIA_TYPES[format]));
  const encoding = negotiateEncoding(headers.get('accept-encoding') ?? undefined);
  const loaded = await settings.pages.load(location, type.format, encoding, scope);
  if (!loaded.ok) return refuse(loaded.fault, location.target, settings.publicBaseUrl);
  const page = type.treeProfile ? withTreeProfile(loaded.value) : loaded.value;
  if (matchesEtag(headers.get('if-none-match') ?? undefined, page.etag)) {
    return new Response(null, { status: 304, headers: notModifiedHeaders(page) });
  }
  return new Response(page.body, { headers: page.headers });
}

/** Whether a reader may have an answer about an address below `/ldes/`, in whatever spelling; also where none leads to a stream. */
export function mayReadFeed(target: string, scope: ReadScope): boolean {
  const [root, organisation, stream] = segmentsOf(target);
  if (root !== 'ldes' || organisation === undefined || stream === undefined) return true;
  return scope.mayRead(organisation, stream);
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
