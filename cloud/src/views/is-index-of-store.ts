import type { Store } from '../log/open-store.ts';
import { createStampFinder } from '../log/stamps.ts';
import { createIndexRows } from './index-rows.ts';
import type { ViewIndex } from './open-index.ts';
import { keyedViews } from './stored-views.ts';
import { createStoreStateReader } from './stream-state.ts';

/**
 * Whether what the index says can have been made from this log: an older copy of the store put back cannot have made it.
 * Of each view the last member that is in is looked up; stamps rise, so another log has another one there.
 */
export function isIndexOfStore(index: ViewIndex, store: Store): boolean {
  const { streams } = createStoreStateReader(store)();
  const stampOf = createStampFinder(store);
  const stored = new Set(keyedViews(store).map(({ streamId, definition }) => `${streamId}/${definition.name}`));
  return createIndexRows(index)
    .all()
    .every(({ streamId, name, nextOrdinal, lastStampMs }) => {
      const stream = streams.get(streamId);
      if (stream === undefined || !stored.has(`${streamId}/${name}`) || nextOrdinal > stream.memberCount) return false;
      const stampMs = nextOrdinal === 0 ? undefined : stampOf(stream.table, streamId, nextOrdinal - 1);
      return stampMs === undefined || lastStampMs === 0 || stampMs === lastStampMs;
    });
}
