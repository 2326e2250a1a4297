import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ColdWork } from '@meetbrug/cloud/src/cold/cold-work.ts';
import { configuredFeeds, type LdesConfig, ldesSchema } from '@meetbrug/cloud/src/config/ldes-config.ts';
import type { StoreRetentionConfig } from '@meetbrug/cloud/src/config/retention-config.ts';
import type { FeedSettings } from '@meetbrug/cloud/src/ldes/feed.ts';
import type { PageAnswer } from '@meetbrug/cloud/src/ldes/page-request.ts';
import { createPageSource, type PageSource } from '@meetbrug/cloud/src/ldes/page-source.ts';
import { closeStream } from '@meetbrug/cloud/src/log/close-stream.ts';
import { openStoreForReading, type Store } from '@meetbrug/cloud/src/log/open-store.ts';
import type { RenderVersion } from '@meetbrug/cloud/src/log/render-version.ts';
import type { WriterReply, WriterRequest, WriterSettings } from '@meetbrug/cloud/src/log/writer-messages.ts';
import { createWriterSession, openLog, type WriterSession } from '@meetbrug/cloud/src/log/writer-session.ts';
import type { HeldStream } from '@meetbrug/cloud/src/retention/store-retention.ts';
import { isIndexOfStore } from '@meetbrug/cloud/src/views/is-index-of-store.ts';
import {
  openIndexForReading,
  openIndexForWriting,
  removeIndex,
  type ViewIndex,
} from '@meetbrug/cloud/src/views/open-index.ts';
import { createViewIndexer, type ViewIndexer } from '@meetbrug/cloud/src/views/view-indexer.ts';
import { type Batch, BODY_ENCODINGS } from '@meetbrug/protocols/delivery';

export const BASE = 'https://data.example.be';

export interface LabStart {
  readonly ldes: LdesConfig;
  readonly organisations: readonly { readonly name: string; readonly inAllStreams: boolean }[];
  readonly stream: string;
  readonly renderVersion: RenderVersion;
  /** False: commits do not wait for the disk, for tests of what many of them come to. */
  readonly isDurable?: boolean;
  /** Members that the index takes in one step. */
  readonly stepMembers?: number;
  /** What the store keeps; everything without it. */
  readonly retention?: StoreRetentionConfig | undefined;
}

/** What {@link LdesConfig} a document with these fields gives. */
export function ldesConfig(fields: object): LdesConfig {
  return ldesSchema.parse(fields);
}

interface Running {
  readonly writing: Store;
  readonly session: WriterSession;
  readonly reading: Store;
  readonly indexing: { readonly write: ViewIndex; readonly read: ViewIndex };
  readonly indexer: ViewIndexer;
  readonly pages: PageSource;
}

/** The shipped log, index and page source on files of their own, without threads and sockets. */
export class ViewLab {
  readonly #folder = mkdtempSync(join(tmpdir(), 'meetbrug-views-'));
  readonly #replies: WriterReply[] = [];
  #running: Running | undefined;

  get storeFile(): string {
    return join(this.#folder, 'cloud.sqlite');
  }

  get #indexFile(): string {
    return join(this.#folder, 'views.sqlite');
  }

  /** Throws what the log refuses. */
  start({ ldes, organisations, stream, renderVersion, isDurable = true, stepMembers, retention }: LabStart): void {
    const feeds = configuredFeeds(
      ldes,
      organisations.map(({ name }) => ({ name, streams: [stream] })),
      [],
    );
    const without = organisations.flatMap(({ name, inAllStreams }) => (inAllStreams ? [] : [`${name}/${stream}`]));
    const settings: WriterSettings = {
      file: this.storeFile,
      quarantineBytesMax: 1_000_000,
      publicBaseUrl: BASE,
      feeds,
      all: { themes: ldes.allStreams, without },
      renderVersion,
      retention,
    };
    const opened = openLog(settings);
    if (!opened.ok) throw new Error(opened.fault.detail);
    if (!isDurable) opened.value.store.pragma('synchronous = OFF');
    const reply = (message: WriterReply) => void this.#replies.push(message);
    const session = createWriterSession(opened.value, settings, { next: () => undefined, reply, monotonicMs: () => 0 });
    const reading = openStoreForReading(this.storeFile);
    const write = this.#openIndex(reading);
    const indexer = createViewIndexer(reading, write, stepMembers);
    const read = openIndexForReading(this.#indexFile);
    const pages = createPageSource(reading, {
      publicBaseUrl: BASE,
      feeds: new Map(feeds.map((feed) => [`${feed.organisation}/${feed.stream}`, toFeedSettings(feed)])),
      index: read,
      allWithout: without,
    });
    this.#running = { writing: opened.value.store, session, reading, indexing: { write, read }, indexer, pages };
  }

  #openIndex(store: Store): ViewIndex {
    const index = openIndexForWriting(this.#indexFile);
    if (isIndexOfStore(index, store)) return index;
    index.close();
    removeIndex(this.#indexFile);
    return openIndexForWriting(this.#indexFile);
  }

  get #lab(): Running {
    if (this.#running === undefined) throw new Error('the lab does not run');
    return this.#running;
  }

  /** Connection to the store, for what a test compares with. */
  get store(): Store {
    return this.#lab.reading;
  }

  deliver(edge: string, organisation: string, batch: Batch, nowMs: number): WriterReply {
    const body = Buffer.concat([Buffer.of(BODY_ENCODINGS.json), Buffer.from(JSON.stringify(batch))]);
    return this.#ask({ kind: 'batch', id: 1, edge, organisation, body, nowMs });
  }

  /** Returns the streams that the store's retention cannot bring within their bytes. */
  tend(): readonly HeldStream[] {
    const reply = this.#ask({ kind: 'tend', retain: true });
    this.#lab.indexer.noteDropped();
    return reply.kind === 'retained' ? reply.held : [];
  }

  /** Bytes of the store that are in use. */
  usedBytes(): number {
    const pragma = (name: string) => Number(this.#lab.writing.pragma(name, { simple: true }));
    return (pragma('page_count') - pragma('freelist_count')) * pragma('page_size');
  }

  /** What the cold tier asks of the writer. */
  cold(work: ColdWork): void {
    this.#ask({ kind: 'cold', id: 1, work });
  }

  #ask(request: WriterRequest): WriterReply {
    this.#lab.session.handle(request);
    const reply = this.#replies.at(-1);
    if (reply === undefined) return { kind: 'tended', heads: [], views: [] };
    return reply;
  }

  /** Fills streams and index; with `stepsMax` only so far. Returns whether all was done. */
  catchUp(stepsMax = Number.POSITIVE_INFINITY): boolean {
    let steps = 0;
    while (steps < stepsMax && this.#lab.session.fill()) steps += 1;
    for (; steps < stepsMax; steps += 1) if (!this.#lab.indexer.step().goesOn) return true;
    return false;
  }

  read(organisation: string, stream: string, view: string, path: string): PageAnswer {
    return this.#lab.pages.render({ organisation, stream, view, path, format: 'nquads' });
  }

  /** As the command does, on a connection of its own. */
  close(organisation: string, stream: string): void {
    const closed = closeStream(this.storeFile, `${organisation}/${stream}`);
    if (!closed.ok) throw new Error(closed.fault.detail);
  }

  stop(): void {
    const { writing, reading, indexing } = this.#lab;
    for (const connection of [indexing.read, indexing.write, reading, writing]) connection.close();
    this.#running = undefined;
  }

  removeIndex(): void {
    removeIndex(this.#indexFile);
  }

  remove(): void {
    if (this.#running !== undefined) this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function toFeedSettings({ organisation, stream }: { organisation: string; stream: string }): FeedSettings {
  return { organisation, stream, title: `${organisation}: ${stream}`, pollingIntervalSeconds: 5 };
}
