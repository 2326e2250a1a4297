import { contentType, describeNode, type RdfFormat } from '@meetbrug/protocols/ldes';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type { FeedSettings } from '../ldes/feed.ts';
import type { StreamHead } from '../log/streams.ts';
import type { ReadFaultCode, ReadPool } from '../read/read-pool.ts';
import type { Encoding, RenderedPage } from '../read/read-tasks.ts';
import { createByteBoundedCache } from './byte-bounded-cache.ts';
import type { FeedTarget } from './feed-path.ts';

/** A page with every header it goes out with. */
export interface ServedPage {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface FeedPagesSettings {
  readonly feeds: ReadonlyMap<string, FeedSettings>;
  readonly head: (organisation: string, stream: string) => StreamHead | undefined;
  readonly readers: Pick<ReadPool, 'run'>;
  readonly pagesBytesMax: number;
  readonly immutableMaxAgeSeconds: number;
  readonly openMaxAgeSeconds: number;
}

export type PageFaultCode = 'no-such-page' | ReadFaultCode;

export interface FeedPages {
  /** Whether a target leads to a document now; costs no reading. */
  exists(target: FeedTarget): boolean;
  /** A page that can never change, when it is in memory. Costs one lookup: answered before anything else is asked. */
  cached(path: string, format: RdfFormat, encoding: Encoding): ServedPage | undefined;
  load(
    path: string,
    target: FeedTarget,
    format: RdfFormat,
    encoding: Encoding,
  ): Promise<Result<ServedPage, Fault<PageFaultCode>>>;
  /** What the memory holds, for the metrics. */
  usage(): { readonly pages: number; readonly bytes: number };
}

interface OpenPage {
  readonly memberCount: number;
  readonly page: ServedPage;
}

/** One part of the memory is for pages that still change: there are few, but the readers who follow ask for them most. */
const OPEN_SHARE = 0.25;

/** Finished pages in memory, and making those that are not. The same page is made once, however many wait for it. */
export function createFeedPages(settings: FeedPagesSettings): FeedPages {
  const immutable = createByteBoundedCache<ServedPage>(settings.pagesBytesMax * (1 - OPEN_SHARE));
  const open = createByteBoundedCache<OpenPage>(settings.pagesBytesMax * OPEN_SHARE);
  const making = new Map<string, Promise<Result<RenderedPage | undefined, Fault<ReadFaultCode>>>>();

  const make = (key: string, ...task: Parameters<typeof settings.readers.run<PageTask>>) => {
    const pending = making.get(key);
    if (pending !== undefined) return pending;
    const started = settings.readers.run(...task).finally(() => making.delete(key));
    making.set(key, started);
    return started;
  };

  const find = ({ organisation, stream, node }: FeedTarget) => {
    const feed = settings.feeds.get(`${organisation}/${stream}`);
    const head = settings.head(organisation, stream);
    if (feed === undefined || head === undefined) return undefined;
    if (node === undefined) return { feed, head, final: false };
    const description = describeNode(feed, node, head.memberCount);
    return description === undefined ? undefined : { feed, head, final: description.immutable };
  };

  return {
    exists: (target) => find(target) !== undefined,
    cached: (path, format, encoding) => immutable.get(keyOf(path, format, encoding)),
    async load(path, target, format, encoding) {
      const found = find(target);
      if (found === undefined) return fail('no-such-page', `there is nothing at ${path}, or not yet`);
      const { feed, head, final } = found;
      const { memberCount } = head;
      const key = keyOf(path, format, encoding);
      const known = final ? immutable.get(key) : open.get(key);
      if (known !== undefined) {
        if (!('memberCount' in known)) return ok(known);
        if (known.memberCount === memberCount) return ok(known.page);
      }
      const page = { feed, streamId: head.id, node: target.node, memberCount, format };
      const made = await make(`${key} ${final ? 'final' : memberCount}`, { kind: 'page', page, encoding });
      if (!made.ok) return made;
      if (made.value === undefined) return fail('no-such-page', `there is nothing at ${path}, or not yet`);
      const served = toServed(settings, made.value, format, encoding, final);
      if (final) immutable.set(key, served, served.body.length);
      else open.set(key, { memberCount, page: served }, served.body.length);
      return ok(served);
    },
    usage: () => ({ pages: immutable.size + open.size, bytes: immutable.bytes + open.bytes }),
  };
}

type PageTask = Extract<Parameters<ReadPool['run']>[0], { kind: 'page' }>;

function keyOf(path: string, format: RdfFormat, encoding: Encoding): string {
  return `${path} ${format} ${encoding}`;
}

function toServed(
  { immutableMaxAgeSeconds, openMaxAgeSeconds }: FeedPagesSettings,
  { body, etag }: RenderedPage,
  format: RdfFormat,
  encoding: Encoding,
  final: boolean,
): ServedPage {
  return {
    body,
    etag,
    headers: {
      'Content-Type': contentType(format),
      'Content-Length': String(body.length),
      ...(encoding === 'identity' ? {} : { 'Content-Encoding': encoding }),
      ETag: etag,
      // Comma and space: LDIO reads max-age only when it is written so.
      'Cache-Control': final
        ? `public, max-age=${immutableMaxAgeSeconds}, immutable`
        : `public, max-age=${openMaxAgeSeconds}`,
      Vary: 'Accept, Accept-Encoding',
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Expose-Headers': 'ETag',
    },
  };
}

/** Headers of a 304: those of the page without what describes a body (RFC 9110 section 15.4.5). */
export function notModifiedHeaders({ headers }: ServedPage): Record<string, string> {
  const { 'Content-Type': _type, 'Content-Length': _length, 'Content-Encoding': _encoding, ...rest } = headers;
  return rest;
}
