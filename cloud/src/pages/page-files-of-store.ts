import { statSync } from 'node:fs';
import { join } from 'node:path';
import { openPageFiles, type PageFiles } from './page-files.ts';

export interface StorePageFilesSettings {
  readonly dataDir: string;
  /** The store that the pages are made from, which exists. */
  readonly storeFile: string;
  /** 0 keeps no pages on disk. */
  readonly diskBytesMax: number;
  readonly lastStampMs: () => number;
  /** Identities of the views that are served. */
  readonly views: () => readonly string[];
  readonly nowMs: () => number;
  readonly onFault: (detail: string) => void;
}

const FOLDER = 'page-cache';

/** The pages on disk beside a store; undefined when none are to be kept. */
export function openPageFilesOfStore(settings: StorePageFilesSettings): PageFiles | undefined {
  const { dataDir, storeFile, diskBytesMax, lastStampMs, views, nowMs, onFault } = settings;
  if (diskBytesMax === 0) return undefined;
  // Where a file system knows no time of birth this changes with every write: the folder then starts empty.
  const { ino, birthtimeMs } = statSync(storeFile);
  const storeId = `${ino}-${birthtimeMs}`;
  return openPageFiles({
    folder: join(dataDir, FOLDER),
    bytesMax: diskBytesMax,
    lineage: () => ({ storeId, lastStampMs: lastStampMs() }),
    views,
    nowMs,
    onFault,
  });
}
