import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openStoreForWriting, type Store } from './open-store.ts';

/** A place for a store of one test, gone when the test ends. */
export function makeTestFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'meetbrug-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'cloud.sqlite');
}

/** A store of its own for one test, gone when the test ends. */
export function openTestStore(): { readonly store: Store; readonly file: string } {
  const file = makeTestFile();
  const store = openStoreForWriting(file);
  onTestFinished(() => void store.close());
  return { store, file };
}
