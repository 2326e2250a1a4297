import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type { FeedAuthorisation } from './feed-credentials.ts';
import { ACCEPT_ENCODING, type FeedAnswer, type SendRequest } from './feed-request.ts';
import { type CacheControl, readCacheControl } from './page-freshness.ts';
import { pageUrlOf } from './page-url.ts';
import { readRetryAfter } from './retry-delay.ts';

/** What the publisher answered to a request for a page. */
export type FetchedPage =
  | {
      readonly kind: 'page';
      /** The address that answered: what the page calls itself. */
      readonly url: string;
      /** Whether one of the redirects on the way was only for now; undefined when there was none. */
      readonly redirect?: 'permanent' | 'temporary';
      /** In lower case, without parameters. */
      readonly mediaType: string;
      readonly body: Uint8Array;
      readonly etag?: string;
      readonly cache: CacheControl;
    }
  /** As it was when its ETag was given. */
  | { readonly kind: 'unchanged'; readonly cache: CacheControl }
  /** 410: an empty page, for good. */
  | { readonly kind: 'gone' };

/** `busy` and `unreachable` pass by themselves; the others need somebody: us or the publisher. */
export type FetchFaultCode =
  | 'unreachable'
  | 'busy'
  | 'not-authorised'
  | 'refused'
  | 'too-large'
  | 'address-not-allowed';

export interface FetchFault extends Fault<FetchFaultCode> {
  /** What the publisher asked for. */
  readonly retryAfterMs?: number;
}

export type FetchPage = (
  url: string,
  etag: string | undefined,
  signal: AbortSignal,
) => Promise<Result<FetchedPage, FetchFault>>;

export interface FetchSettings {
  /** Origin (scheme, host, port) that the credentials are for; no other host sees them. */
  readonly origin: string;
  /** Hosts, with their ports, that pages may lie on. */
  readonly hosts: ReadonlySet<string>;
  readonly pageBytesMax: number;
  readonly timeoutMs: number;
}

/** N-Quads first: nothing in it is relative, and it is read fastest. */
const ACCEPT = [
  'application/n-quads',
  'application/trig;q=0.9',
  'application/n-triples;q=0.8',
  'text/turtle;q=0.7',
  'application/ld+json;q=0.5',
].join(', ');
const REDIRECTS_MAX = 5;
const TEMPORARY = new Set([302, 303, 307]);
const PERMANENT = new Set([301, 308]);
/** What a client comes back for, beside errors of the server (LDES 1.0). */
const PASSING = new Set([408, 425, 429]);

interface Surroundings {
  readonly send: SendRequest;
  readonly authorisation: FeedAuthorisation;
  readonly nowMs: () => number;
}

/** Asks for pages of one publisher, within bounds: its hosts, a few redirects, a size, a time. */
export function createFetchPage(settings: FetchSettings, surroundings: Surroundings): FetchPage {
  return async (asked, etag, signal) => {
    let redirect: 'permanent' | 'temporary' | undefined;
    let isTokenRefused = false;
    let url = asked;
    for (let hops = 0; hops <= REDIRECTS_MAX; ) {
      const answer = await ask(url, etag, signal);
      if (!answer.ok) return answer;
      const { status, headers } = answer.value;
      if (TEMPORARY.has(status) || PERMANENT.has(status)) {
        const location = headers.location ?? '';
        const next = URL.canParse(location, url) ? pageUrlOf(new URL(location, url).href) : undefined;
        if (next === undefined) return fail('address-not-allowed', `${url}: redirects to no address: "${location}"`);
        redirect = TEMPORARY.has(status) ? 'temporary' : (redirect ?? 'permanent');
        url = next;
        hops += 1;
        continue;
      }
      // A token may have ended before its time: once more, with a new one.
      if ((status === 401 || status === 403) && !isTokenRefused && surroundings.authorisation.renew()) {
        isTokenRefused = true;
        continue;
      }
      return read(url, answer.value, etag, redirect);
    }
    return fail('refused', `${asked}: more than ${REDIRECTS_MAX} redirects`);
  };

  async function ask(
    url: string,
    etag: string | undefined,
    signal: AbortSignal,
  ): Promise<Result<FeedAnswer, FetchFault>> {
    const { origin, host } = new URL(url);
    if (!settings.hosts.has(host))
      return fail('address-not-allowed', `${url}: not a host of this feed: see follow.hosts`);
    const authorised = origin === settings.origin ? await surroundings.authorisation.headers(signal) : ok({});
    if (!authorised.ok) return fail('not-authorised', authorised.fault.detail);
    return surroundings.send({
      url,
      method: 'GET',
      headers: {
        accept: ACCEPT,
        'accept-encoding': ACCEPT_ENCODING,
        'user-agent': 'Meetbrug',
        ...authorised.value,
        ...(etag === undefined ? {} : { 'if-none-match': etag }),
      },
      bytesMax: settings.pageBytesMax,
      timeoutMs: settings.timeoutMs,
      signal,
    });
  }

  function read(
    url: string,
    { status, headers, body }: FeedAnswer,
    asked: string | undefined,
    redirect: 'permanent' | 'temporary' | undefined,
  ): Result<FetchedPage, FetchFault> {
    const cache = readCacheControl(headers['cache-control'], headers.age);
    if (status === 200) {
      const mediaType = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
      const { etag } = headers;
      const page = { kind: 'page', url, mediaType, body, cache } as const;
      return ok({ ...page, ...(redirect && { redirect }), ...(etag && { etag }) });
    }
    if (status === 304 && asked !== undefined) return ok({ kind: 'unchanged', cache });
    if (status === 410) return ok({ kind: 'gone' });
    const detail = `${url}: answers ${status}`;
    if (PASSING.has(status) || status >= 500) {
      const retryAfterMs = readRetryAfter(headers['retry-after'], surroundings.nowMs());
      return { ok: false, fault: { code: 'busy', detail, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) } };
    }
    return fail(status === 401 || status === 403 ? 'not-authorised' : 'refused', detail);
  }
}
