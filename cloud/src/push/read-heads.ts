import { openStoreForReading } from '../log/open-store.ts';
import type { StreamHead } from '../log/streams.ts';
import { createStoreStateReader } from '../views/stream-state.ts';

/** Where every stream of a store stands, those that are not configured included. */
export function readHeads(storeFile: string): StreamHead[] {
  const store = openStoreForReading(storeFile);
  try {
    const { streams, lastStampMs } = createStoreStateReader(store)();
    return [...streams.values()].map(({ table: _, ...head }) => ({ ...head, lastStampMs }));
  } finally {
    store.close();
  }
}
