import { BY_PAGE, type RdfFormat } from '@meetbrug/protocols/ldes';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type { ReadScope } from '../access/read-scope.ts';
import type { KeptPage } from '../pages/page-file.ts';
import type { PageFiles, PageIdentity } from '../pages/page-files.ts';
import { viewIdentity } from '../pages/view-identity.ts';
import type { ReadFaultCode, ReadPool } from '../read/read-pool.ts';
import type { Encoding, PageTaskAnswer } from '../read/read-tasks.ts';
import type { ServedView, ServedViews } from '../views/served-views.ts';
import { createByteBoundedCache } from './byte-bounded-cache.ts';
import type { FeedLocation, FeedTarget } from './feed-path.ts';
import { type ServedPage, toServedPage } from './served-page.ts';

export interface FeedPagesSettings {
  readonly publicBaseUrl: string;
  readonly views: Pick<ServedViews, 'find'>;
  readonly readers: Pick<ReadPool, 'run'>;
  /** Pages on disk; absent when none are kept there. */
  readonly files?: PageFiles;
  readonly pagesBytesMax: number;
  readonly immutableMaxAgeSeconds: number;
  readonly openMaxAgeSeconds: number;
}

export type PageFaultCode = 'absent' | 'dropped' | 'filling' | ReadFaultCode;
type PageResult = Result<ServedPage, Fault<PageFaultCode>>;

export interface PageUsage {
  readonly pages: number;
  readonly bytes: number;
  readonly fileBytes: number;
  readonly memoryHits: number;
  readonly fileHits: number;
  /** Pages that had to be made. */
  readonly misses: number;
}

export interface FeedPages {
  /** A page that can never change, when it is in memory. Costs two lookups: answered before anything else is asked. */
  cached(path: string, format: RdfFormat, encoding: Encoding, scope: ReadScope): ServedPage | undefined;
  /** What a reader may not read is `absent`; doors say so before, in their own words. */
  load(location: FeedLocation, format: RdfFormat, encoding: Encoding, scope: ReadScope): Promise<PageResult>;
  usage(): PageUsage;
}

interface KeptFinal {
  readonly page: ServedPage;
  readonly target: FeedTarget;
  readonly droppedVersion: string;
}

interface KeptOpen {
  readonly page: ServedPage;
  readonly version: string;
}

/** What one answer is kept under. */
interface Wanted {
  readonly key: string;
  readonly target: FeedTarget;
  /** Of the view before the page is made: what comes meanwhile makes it again. */
  readonly version: string;
  readonly droppedVersion: string;
  /** On disk; undefined for what is not kept there. */
  readonly identity: PageIdentity | undefined;
  readonly format: RdfFormat;
  readonly encoding: Encoding;
}

/** One part of the memory is for pages that still change: there are few, but the readers who follow ask for them most. */
const OPEN_SHARE = 0.25;

/**
 * Finished pages in memory and on disk, and making those that are in neither. The same page is made once, however many
 * wait for it. Pages that can never change go to disk, except roots: of a closed stream they are final too, but say what
 * the configuration says.
 */
export function createFeedPages(settings: FeedPagesSettings): FeedPages {
  const { views, files, readers, publicBaseUrl } = settings;
  const final = createByteBoundedCache<KeptFinal>(settings.pagesBytesMax * (1 - OPEN_SHARE));
  const open = createByteBoundedCache<KeptOpen>(settings.pagesBytesMax * OPEN_SHARE);
  const making = new Map<string, Promise<PageResult>>();
  const identities = new Map<string, string>();
  const counts = { memoryHits: 0, fileHits: 0, misses: 0 };
  const finalControl = `public, max-age=${settings.immutableMaxAgeSeconds}, immutable`;
  const openControl = `public, max-age=${settings.openMaxAgeSeconds}`;

  const viewOf = ({ organisation, stream, view }: FeedTarget) => views.find(organisation, stream, view ?? BY_PAGE);

  /** What retention has taken is not shown from memory, though its bytes would still be right. */
  function finalPage(key: string, scope: ReadScope): ServedPage | undefined {
    const kept = final.get(key);
    if (kept === undefined || !scope.mayRead(kept.target.organisation, kept.target.stream)) return undefined;
    if (viewOf(kept.target)?.droppedVersion === kept.droppedVersion) {
      counts.memoryHits += 1;
      return kept.page;
    }
    final.remove(key);
    return undefined;
  }

  function openPage(key: string, version: string): ServedPage | undefined {
    const kept = open.get(key);
    if (kept?.version !== version) return undefined;
    counts.memoryHits += 1;
    return kept.page;
  }

  function keepFinal({ key, target, droppedVersion, format, encoding }: Wanted, page: KeptPage): ServedPage {
    const served = toServedPage(page, { format, encoding, cacheControl: finalControl });
    final.set(key, { page: served, target, droppedVersion }, served.body.length);
    return served;
  }

  /** What a view had on disk before retention took from it is removed; returns what it is kept under now. */
  function identityOf(view: ServedView): string {
    const root = `${view.organisation}/${view.stream}/${view.definition.name}`;
    const now = viewIdentity(publicBaseUrl, view);
    const before = identities.get(root);
    if (before === now) return now;
    if (before !== undefined) files?.forget(before);
    identities.set(root, now);
    return now;
  }

  async function make(wanted: Wanted, scope: ReadScope): Promise<PageResult> {
    const { key, target, version, format, encoding, identity } = wanted;
    const filed = identity && (await files?.get(identity));
    if (filed !== undefined) {
      counts.fileHits += 1;
      return ok(keepFinal(wanted, filed));
    }
    counts.misses += 1;
    const answered = await readers.run({ kind: 'page', page: { ...target, format }, encoding }, scope);
    if (!answered.ok) return answered;
    const answer: PageTaskAnswer = answered.value;
    if (answer.kind !== 'page') return fail(answer.kind, FAULTS[answer.kind]);
    if (answer.final) {
      if (identity !== undefined) files?.set(identity, answer);
      return ok(keepFinal(wanted, answer));
    }
    const served = toServedPage(answer, { format, encoding, cacheControl: openControl });
    open.set(key, { page: served, version }, served.body.length);
    return ok(served);
  }

  return {
    cached: (path, format, encoding, scope) => finalPage(keyOf(path, format, encoding), scope),
    load({ canonical, target }, format, encoding, scope) {
      const key = keyOf(canonical, format, encoding);
      const view = viewOf(target);
      const mayRead = scope.mayRead(target.organisation, target.stream);
      if (view === undefined || !mayRead) return Promise.resolve(fail('absent', FAULTS.absent));
      const { version, droppedVersion } = view;
      const kept = identityOf(view);
      const known = finalPage(key, scope) ?? openPage(key, version);
      if (known !== undefined) return Promise.resolve(ok(known));
      // A page may be made for those who came before a commit and again for those who came after it.
      const makingKey = `${key} ${version}`;
      const pending = making.get(makingKey);
      if (pending !== undefined) return pending;
      const identity = target.path === '' ? undefined : { view: kept, page: key };
      const wanted = { key, target, version, droppedVersion, identity, format, encoding };
      const made = make(wanted, scope).finally(() => making.delete(makingKey));
      making.set(makingKey, made);
      return made;
    },
    usage: () => ({
      ...counts,
      pages: final.size + open.size,
      bytes: final.bytes + open.bytes,
      fileBytes: files?.usage().bytes ?? 0,
    }),
  };
}

const FAULTS = {
  absent: 'there is no such page, or not yet',
  dropped: 'this part of the view is no longer kept',
  filling: 'this view is being made from the log: come back',
} as const;

function keyOf(path: string, format: RdfFormat, encoding: Encoding): string {
  return `${path} ${format} ${encoding}`;
}
