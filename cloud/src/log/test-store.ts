import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openStoreForWriting, type Store } from './open-store.ts';

/** A store of its own for one test, gone when the test ends. */
export function openTestStore(): { readonly store: Store; readonly file: string } {
  const folder = mkdtempSync(join(tmpdir(), 'meetbrug-store-'));
  const file = join(folder, 'cloud.sqlite');
  const store = openStoreForWriting(file);
  onTestFinished(() => {
    store.close();
    rmSync(folder, { recursive: true });
  });
  return { store, file };
}
