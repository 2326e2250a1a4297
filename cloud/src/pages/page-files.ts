import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createByteBoundedCache } from '../http/byte-bounded-cache.ts';
import { listPageFiles } from './list-page-files.ts';
import { decodePageFile, encodePageFile, type KeptPage } from './page-file.ts';
import { continuesLineage, readLineage, type StoreLineage, writeLineage } from './store-lineage.ts';

/** Which page a file holds: everything that could make a rebuild differ, apart from the store, which is the lineage's. */
export interface PageIdentity {
  /** As `viewIdentity` writes it. */
  readonly view: string;
  /** The page within the view, format and encoding included. */
  readonly page: string;
}

/** Pages that can never change, on disk. Everything here may be deleted at any time; the pages are made again. */
export interface PageFiles {
  get(identity: PageIdentity): Promise<KeptPage | undefined>;
  /** Writes in the background; a page that comes while {@link PageFilesSettings.writesMax} wait is not kept. */
  set(identity: PageIdentity, page: KeptPage): void;
  /** Removes every page of a view. */
  forget(view: string): void;
  usage(): { readonly files: number; readonly bytes: number };
  /** Settles when everything that waits is written. */
  stop(): Promise<void>;
}

export interface PageFilesSettings {
  readonly folder: string;
  /** Whole blocks count. The least recently used files go first. */
  readonly bytesMax: number;
  /** The store as it stands; asked before every write. */
  readonly lineage: () => StoreLineage;
  /** Identities of the views that are served now: pages of others are removed when the folder is opened. */
  readonly views: () => readonly string[];
  readonly nowMs: () => number;
  /** Told of the first write that fails after one that did not. */
  readonly onFault: (detail: string) => void;
  readonly writesMax?: number;
}

const BLOCK_BYTES = 4_096;
const WRITES_MAX = 64;
/** How exactly the files' times remember the order of use over a restart. */
const USE_NOTED_EVERY_MS = 3_600_000;

interface Entry {
  usedMs: number;
}

/** Opens the folder; what it holds of another store, a later state of this one or no view is removed first. */
export function openPageFiles(settings: PageFilesSettings): PageFiles {
  const { folder, bytesMax, lineage, views, nowMs, onFault, writesMax = WRITES_MAX } = settings;
  const entries = createByteBoundedCache<Entry>(bytesMax, {
    entryOverheadBytes: BLOCK_BYTES,
    onEvicted: (path) => later(() => rm(join(folder, path), { force: true })),
  });
  let listed = false;
  let stampMs = Number.NEGATIVE_INFINITY;
  let waiting = 0;
  let failing = false;
  /** Everything that changes the folder, one after another. */
  let work = Promise.resolve();

  function later(task: () => Promise<unknown>): void {
    waiting += 1;
    work = work.then(task).then(
      () => {
        waiting -= 1;
        failing = false;
      },
      (error: Error) => {
        waiting -= 1;
        if (!failing) onFault(error.message);
        failing = true;
      },
    );
  }

  async function open(): Promise<void> {
    const kept = await readLineage(folder);
    if (kept === undefined || !continuesLineage(kept, lineage())) await rm(folder, { recursive: true, force: true });
    const served = new Set(views().map(folderOf));
    for (const { path, bytes, usedMs } of await listPageFiles(folder, served)) entries.set(path, { usedMs }, bytes);
    listed = true;
  }

  /** Before the page: a page may never be older than what the folder says of the store. */
  async function noteLineage(): Promise<void> {
    const now = lineage();
    if (now.lastStampMs <= stampMs) return;
    await mkdir(folder, { recursive: true });
    await writeLineage(folder, now);
    stampMs = now.lastStampMs;
  }

  async function write(path: string, bytes: Uint8Array): Promise<void> {
    await noteLineage();
    const file = join(folder, path);
    await writeFile(`${file}.tmp`, bytes).catch(async () => {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(`${file}.tmp`, bytes);
    });
    await rename(`${file}.tmp`, file);
    entries.set(path, { usedMs: nowMs() }, bytes.length);
  }

  function noteUse(path: string): void {
    const entry = entries.get(path);
    const usedMs = nowMs();
    if (entry === undefined || usedMs - entry.usedMs < USE_NOTED_EVERY_MS) return;
    entry.usedMs = usedMs;
    later(() => utimes(join(folder, path), usedMs / 1000, usedMs / 1000));
  }

  function discard(path: string): void {
    entries.remove(path);
    later(() => rm(join(folder, path), { force: true }));
  }

  later(open);
  return {
    async get(identity) {
      const path = pathOf(identity);
      // What a folder holds of another store is not removed yet before it was listed.
      if (!listed || entries.get(path) === undefined) return undefined;
      const bytes = await readFile(join(folder, path)).catch(() => undefined);
      const page = bytes && decodePageFile(textOf(identity), bytes);
      if (page === undefined) discard(path);
      else noteUse(path);
      return page;
    },
    set(identity, page) {
      if (waiting >= writesMax) return;
      later(() => write(pathOf(identity), encodePageFile(textOf(identity), page)));
    },
    forget(view) {
      const prefix = folderOf(view);
      for (const path of [...entries.keys()]) {
        if (path.startsWith(`${prefix}/`)) entries.remove(path);
      }
      later(() => rm(join(folder, prefix), { recursive: true, force: true }));
    },
    usage: () => ({ files: entries.size, bytes: entries.bytes }),
    async stop() {
      // What makes room is told to go by the writes themselves.
      while (waiting > 0) await work;
    },
  };
}

function textOf({ view, page }: PageIdentity): string {
  return `${view} ${page}`;
}

/** A folder for each view, so that one that lost pages to retention can be removed whole. */
function pathOf({ view, page }: PageIdentity): string {
  return `${folderOf(view)}/${hash(page)}`;
}

function folderOf(view: string): string {
  return hash(view).slice(0, 16);
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
