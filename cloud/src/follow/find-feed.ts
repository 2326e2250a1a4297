import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import { describeFeed, type FeedDescription } from './describe-feed.ts';
import type { FetchFault, FetchPage } from './fetch-page.ts';
import type { FollowedFeed } from './followed-feed.ts';
import { pageUrlOf } from './page-url.ts';
import type { ParsePage } from './parse-page.ts';

/** `FetchFault`: the publisher cannot be read now. `not-followable`: somebody must change something first. */
export type FindFault = FetchFault | Fault<'not-followable'>;

/**
 * Looks up what a feed says of itself: at its address, and at its root node when that is another document.
 *
 * @param feed whose address may be that of the stream, of a root node, or of a page with one view
 */
export async function findFeed(
  feed: FollowedFeed,
  { fetchPage, parse }: { readonly fetchPage: FetchPage; readonly parse: ParsePage },
  signal: AbortSignal,
): Promise<Result<FeedDescription, FindFault>> {
  const entry = await describe(feed.url);
  if (!entry.ok) return entry;
  const { rootUrl } = entry.value.description;
  if (entry.value.urls.includes(rootUrl)) return checked(entry.value.description, feed);
  const root = await describe(rootUrl);
  if (!root.ok) return root;
  // What the two say together: the context stands at the root, and in old feeds at the stream.
  return checked({ ...entry.value.description, ...saidAtRoot(entry.value.description, root.value.description) }, feed);

  async function describe(
    url: string,
  ): Promise<Result<{ readonly description: FeedDescription; readonly urls: readonly string[] }, FindFault>> {
    const fetched = await fetchPage(url, undefined, signal);
    if (!fetched.ok) return fetched;
    if (fetched.value.kind !== 'page') return fail('not-followable', `${url}: is gone`);
    const urls = [pageUrlOf(url) ?? url, fetched.value.url];
    const quads = await parse(fetched.value);
    if (!quads.ok) return fail('not-followable', quads.fault.detail);
    const described = describeFeed(quads.value, urls);
    return described.ok ? ok({ description: described.value, urls }) : fail('not-followable', described.fault.detail);
  }
}

function saidAtRoot(entry: FeedDescription, root: FeedDescription): Partial<FeedDescription> {
  return { ...root, rootUrl: entry.rootUrl, hasVersions: entry.hasVersions || root.hasVersions };
}

/** Whether what the feed publishes can stand in the stream as it is, without a word of it changed. */
function checked(description: FeedDescription, feed: FollowedFeed): Result<FeedDescription, Fault<'not-followable'>> {
  const { rules, organisation, stream } = feed;
  const { timestampPath, versionOfPath } = description;
  if (timestampPath === rules.stampPredicate) {
    return fail(
      'not-followable',
      `outside: stampPredicate of ${organisation}/${stream}: members of ${feed.url} carry <${timestampPath}> already: name another`,
    );
  }
  const isOther = versionOfPath !== undefined && versionOfPath !== rules.versionOfPredicate;
  return isOther && feed.objects !== 'states'
    ? fail(
        'not-followable',
        `outside: versionOfPredicate of ${organisation}/${stream}: must be <${versionOfPath}>, as ${feed.url} has it`,
      )
    : ok(description);
}
