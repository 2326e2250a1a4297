import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Store } from '../log/open-store.ts';
import { createColdMonthReader } from './cold-months.ts';

/**
 * Bytes that the store, what is made from it (`*.sqlite` beside it) and the cold files take. Pages of the store that are free to
 * be written again do not count: its file never shrinks.
 */
export function createUsedBytes(store: Store): () => number {
  const months = createColdMonthReader(store);
  const own = basename(store.name);
  const folder = dirname(store.name);
  return () => {
    const pragma = (name: string) => Number(store.pragma(name, { simple: true }));
    const free = pragma('freelist_count') * pragma('page_size');
    const databases = readdirSync(folder).filter((name) => /\.sqlite(-wal)?$/.test(name));
    const bytes = databases.reduce((sum, name) => sum + sizeOf(join(folder, name)), 0);
    const cold = months.list().reduce((sum, month) => sum + month.bytes, 0);
    return bytes - (databases.includes(own) ? free : 0) + cold;
  };
}

/** 0 for a file that has just gone. */
function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
