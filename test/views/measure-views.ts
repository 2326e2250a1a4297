import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configuredFeeds, ldesSchema } from '@meetbrug/cloud/src/config/ldes-config.ts';
import { createPageSource } from '@meetbrug/cloud/src/ldes/page-source.ts';
import { openStoreForReading } from '@meetbrug/cloud/src/log/open-store.ts';
import { RENDER_VERSIONS } from '@meetbrug/cloud/src/log/render-version.ts';
import { startWriter, type Writer } from '@meetbrug/cloud/src/log/writer.ts';
import { openIndexForReading, openIndexForWriting } from '@meetbrug/cloud/src/views/open-index.ts';
import { createViews, type RunningViews } from '@meetbrug/cloud/src/views/start-views.ts';
import { createViewIndexer } from '@meetbrug/cloud/src/views/view-indexer.ts';
import { BATCH_OBSERVATIONS, encodedBatch } from '../bench/ingest-batches.ts';
import { readNode } from './walk-view.ts';

const BASE = 'https://data.example.be';
const STREAM = 'heat-stress';
const KINDS = ['by-time', 'by-location', 'by-property', 'by-datastream'] as const;
const IN_FLIGHT = 8;
const LOOK_EVERY_MS = 5;
const PAGES_MEASURED = 200;

/** Waits of commits until all views had them, in milliseconds. */
class VisibleDelays {
  readonly #views: RunningViews;
  readonly #kinds: readonly string[];
  readonly #waiting: { readonly members: number; readonly atMs: number }[] = [];
  readonly #delaysMs: number[] = [];

  constructor(views: RunningViews, kinds: readonly string[]) {
    this.#views = views;
    this.#kinds = kinds;
  }

  committed(members: number): void {
    if (this.#kinds.length > 0) this.#waiting.push({ members, atMs: performance.now() });
  }

  /** Whether nothing waits any more. */
  look(): boolean {
    const indexed = Math.min(
      ...this.#kinds.map((kind) => Number(this.#views.served.find('demo', STREAM, kind)?.version.split(' ')[0])),
    );
    for (let next = this.#waiting[0]; next !== undefined && next.members <= indexed; next = this.#waiting[0]) {
      this.#delaysMs.push(performance.now() - next.atMs);
      this.#waiting.shift();
    }
    return this.#waiting.length === 0;
  }

  summary(): string {
    const sorted = this.#delaysMs.toSorted((a, b) => a - b);
    const at = (share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
    return `visible after ${at(0.5)} ms (median), ${at(0.95)} ms (95 %), ${at(1)} ms (longest)`;
  }
}

async function ingest(writer: Writer, batches: number): Promise<number> {
  const bodies = Array.from({ length: batches }, (_, number) => encodedBatch(number));
  const nowMs = Date.UTC(2026, 0, 2);
  const startedMs = performance.now();
  const send = async () => {
    for (let body = bodies.shift(); body !== undefined; body = bodies.shift()) {
      const delivered = await writer.deliver('edge', 'demo', body, nowMs);
      if (!delivered.ok) throw new Error(delivered.fault.detail);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, send));
  return (batches * BATCH_OBSERVATIONS * 1000) / (performance.now() - startedMs);
}

/** Fills an index of its own from a log that is there. */
function measureFilling(storeFile: string, indexFile: string, members: number): string {
  const store = openStoreForReading(storeFile);
  const index = openIndexForWriting(indexFile);
  const indexer = createViewIndexer(store, index);
  const startedMs = performance.now();
  let longestMs = 0;
  for (let goesOn = true; goesOn; ) {
    const stepMs = performance.now();
    goesOn = indexer.step().goesOn;
    longestMs = Math.max(longestMs, performance.now() - stepMs);
  }
  const rate = (members * 1000) / (performance.now() - startedMs);
  index.pragma('wal_checkpoint(TRUNCATE)');
  index.close();
  store.close();
  const bytes = statSync(indexFile).size / members;
  return `${Math.round(rate)} members/s, longest step ${Math.round(longestMs)} ms, ${bytes.toFixed(1)} bytes a member`;
}

/** Members a second that pages of a view are rendered with, uncompressed, none twice. */
function measurePages(storeFile: string, indexFile: string, view: string): number {
  const store = openStoreForReading(storeFile);
  const index = openIndexForReading(indexFile);
  const feed = { organisation: 'demo', stream: STREAM, title: STREAM, pollingIntervalSeconds: 5 };
  const feeds = new Map([[`demo/${STREAM}`, feed]]);
  const source = createPageSource(store, { publicBaseUrl: BASE, feeds, index, allWithout: [] });
  const read = (path: string) => source.render({ organisation: 'demo', stream: STREAM, view, path, format: 'nquads' });
  const pages: string[] = [];
  const waiting = [''];
  for (let path = waiting.shift(); path !== undefined && pages.length < PAGES_MEASURED; path = waiting.shift()) {
    if (/page\/\d+$/.test(path)) pages.push(path);
    else waiting.unshift(...readNode(`${BASE}/ldes/demo/${STREAM}/${view}`, path, read).children);
  }
  const startedMs = performance.now();
  const rendered = pages.map(read);
  const seconds = (performance.now() - startedMs) / 1000;
  const members = rendered.reduce((sum, answer) => sum + (answer.kind === 'page' ? countMembers(answer.bytes) : 0), 0);
  index.close();
  store.close();
  return members / seconds;
}

function countMembers(bytes: Uint8Array): number {
  return new TextDecoder().decode(bytes).split('tree#member>').length - 1;
}

async function measure(kinds: readonly string[], batches: number): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'meetbrug-measure-'));
  const storeFile = join(dataDir, 'cloud.sqlite');
  const onFault = (detail: string) => {
    throw new Error(detail);
  };
  const views = createViews({
    dataDir,
    storeFile,
    isServed: () => true,
    retainEveryMinutes: 60,
    onIndexFailed: onFault,
  });
  const delays = new VisibleDelays(views, kinds);
  const started = await startWriter(
    {
      file: storeFile,
      quarantineBytesMax: 1_000_000,
      publicBaseUrl: BASE,
      feeds: configuredFeeds(ldesSchema.parse({ views: kinds.map((kind) => ({ kind })) }), [
        { name: 'demo', streams: [STREAM] },
      ]),
      all: { themes: [], without: [] },
      renderVersion: RENDER_VERSIONS.plain,
    },
    {
      onCommitted({ heads }) {
        views.events.onHeads(heads);
        for (const { name, memberCount } of heads) if (name === STREAM) delays.committed(memberCount);
      },
      onTended: views.events.onTended,
      onFailed: onFault,
    },
  );
  if (!started.ok) throw new Error(started.fault.detail);
  const index = await views.start(started.value);
  if (!index.ok) throw new Error(index.fault.detail);
  const looking = setInterval(() => delays.look(), LOOK_EVERY_MS);
  const rate = await ingest(started.value, batches);
  while (!delays.look()) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  clearInterval(looking);
  await views.stop();
  await started.value.stop();
  const members = batches * BATCH_OBSERVATIONS;
  console.log(`${kinds.length} keyed views: ingest ${Math.round(rate)} observations/s, ${delays.summary()}`);
  if (kinds.length > 0) {
    const indexFile = join(dataDir, 'filled-again.sqlite');
    console.log(`  filled from the log: ${measureFilling(storeFile, indexFile, members)}`);
    for (const view of ['by-page', ...kinds]) {
      console.log(`  pages of ${view}: ${Math.round(measurePages(storeFile, indexFile, view))} members/s`);
    }
  }
  rmSync(dataDir, { recursive: true, force: true });
}

/**
 * Measures keyed views: what they cost the ingest at its full rate, how soon a commit is visible in them, how fast they are
 * filled from the log, and how fast their pages are rendered. Every tick touches all datastreams.
 *
 *     node test/views/measure-views.ts [BATCHES]
 */
if (import.meta.main) {
  const batches = Number(process.argv[2] ?? 800);
  for (const kinds of [[], KINDS.slice(0, 1), KINDS]) await measure(kinds, batches);
}
