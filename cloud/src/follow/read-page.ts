import { createHash } from 'node:crypto';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type { OutsideMember } from '../outside/outside-append.ts';
import type { AdmitMembers } from './admit-members.ts';
import type { FeedDescription } from './describe-feed.ts';
import type { FetchedPage, FetchFault, FetchPage } from './fetch-page.ts';
import type { DuePage, FeedMemory, PageOutcome } from './follow-memory.ts';
import type { FollowedFeed } from './followed-feed.ts';
import { type CacheControl, nextPollMs } from './page-freshness.ts';
import type { ParsePage } from './parse-page.ts';
import { readFeedPage } from './read-feed-page.ts';

/** What one look at a page came to; to be remembered when its members are committed. */
export interface PageReading {
  readonly outcome: Exclude<PageOutcome, { kind: 'failed' }>;
  readonly changed: boolean;
  readonly members: readonly OutsideMember[];
  readonly refused: number;
  readonly refusal?: string | undefined;
}

/** Faults of the page itself, beside those of the request. */
export type ReadFault = FetchFault | Fault<'not-readable' | 'too-many-pages'>;

export interface ReadPageSurroundings {
  readonly feed: FollowedFeed;
  readonly description: FeedDescription;
  readonly fetchPage: FetchPage;
  readonly parse: ParsePage;
  readonly admit: AdmitMembers;
  readonly memory: Pick<FeedMemory, 'counts' | 'countUnknown'>;
  readonly nowMs: () => number;
}

/** Asks for a page that is due and takes it apart. Changes nothing: what it gives is to be committed first, then remembered. */
export async function readPage(
  page: DuePage,
  surroundings: ReadPageSurroundings,
  signal: AbortSignal,
): Promise<Result<PageReading, ReadFault>> {
  const { description, fetchPage } = surroundings;
  const fetched = await fetchPage(page.url, page.etag, signal);
  if (!fetched.ok) return fetched;
  if (fetched.value.kind === 'gone') return ok(readForGood(page));
  if (fetched.value.kind === 'unchanged') return ok(unchanged(page, fetched.value.cache, surroundings));
  const { url, redirect } = fetched.value;
  // A dropped page leads to the root, which is read by itself.
  if (redirect === 'temporary' && url === description.rootUrl && page.url !== url) return ok(readForGood(page));
  const digest = digestOf(fetched.value);
  return page.digest !== undefined && digest.equals(page.digest) && !fetched.value.cache.immutable
    ? ok(unchanged(page, fetched.value.cache, surroundings, fetched.value.etag))
    : readBody(page, fetched.value, digest, surroundings);
}

async function readBody(
  page: DuePage,
  fetched: Extract<FetchedPage, { kind: 'page' }>,
  digest: Uint8Array,
  { feed, description, parse, admit, memory, nowMs }: ReadPageSurroundings,
): Promise<Result<PageReading, ReadFault>> {
  const quads = await parse(fetched);
  if (!quads.ok) return fail('not-readable', quads.fault.detail);
  const urls = [page.url, fetched.url];
  const read = readFeedPage(quads.value, { urls, stream: description.stream, followIris: feed.followIris });
  if (!read.ok) return fail('not-readable', read.fault.detail);
  const { children, immutable } = read.value;
  const { waiting, open, read: known } = memory.counts();
  if (waiting + open + known + children.length > feed.pagesMax) {
    const pages = waiting + open + known + memory.countUnknown(children);
    if (pages > feed.pagesMax) {
      return fail('too-many-pages', `${page.url}: the feed has more than ${feed.pagesMax} pages: see follow.pagesMax`);
    }
  }
  const admitted = await admit(read.value, description);
  const rest = { changed: true, ...admitted };
  // What is reached by a detour for now is looked at again: another page may lie behind it then.
  if ((immutable || fetched.cache.immutable) && fetched.redirect !== 'temporary') {
    return ok({ outcome: { kind: 'read', page, children, aliases: urls.slice(1) }, ...rest });
  }
  const timeMs = nowMs();
  const outcome = {
    kind: 'open',
    page,
    children,
    etag: fetched.etag,
    digest,
    changedMs: timeMs,
    dueMs: nextPollMs({ nowMs: timeMs, changedMs: timeMs, ...intervals(fetched.cache, description) }, feed),
  } as const;
  return ok({ outcome, ...rest });
}

function readForGood(page: DuePage): PageReading {
  return { outcome: { kind: 'read', page, children: [], aliases: [] }, changed: true, members: [], refused: 0 };
}

function unchanged(
  page: DuePage,
  cache: CacheControl,
  { feed, description, nowMs }: ReadPageSurroundings,
  etag = page.etag,
): PageReading {
  const history = { nowMs: nowMs(), changedMs: page.changedMs, ...intervals(cache, description) };
  const { digest, changedMs } = page;
  const dueMs = nextPollMs(history, feed);
  const outcome = { kind: 'open', page, children: [], etag, digest, changedMs, dueMs } as const;
  return { outcome, changed: false, members: [], refused: 0 };
}

function intervals({ maxAgeSeconds }: CacheControl, { pollingSeconds }: FeedDescription) {
  return { maxAgeSeconds, pollingSeconds };
}

/** Of all that decides what the page says: a server without ETags sends the same page again and again. */
function digestOf({ url, mediaType, body }: Extract<FetchedPage, { kind: 'page' }>): Buffer {
  return createHash('sha256').update(`${url}\n${mediaType}\n`).update(body).digest();
}
