import type { Store } from '../log/open-store.ts';
import type { IndexedView } from './index-rows.ts';
import type { ViewIndex } from './open-index.ts';
import { createStoreStateReader } from './stream-state.ts';
import { createViewFiller, type OpenView, streamOf } from './view-filler.ts';

/** How far a keyed view has come, for whoever keeps its documents. */
export type IndexHead = Pick<IndexedView, 'streamId' | 'name' | 'nextOrdinal' | 'settledMs' | 'fillUntil'>;

/** Fills the index from the log. */
export interface ViewIndexer {
  /** Adds a bounded part of what was committed; returns the views that moved, and whether there is more to do now. */
  step(): { readonly moved: readonly IndexHead[]; readonly goesOn: boolean };
  heads(): readonly IndexHead[];
  /** To be called when retention has dropped something: the next steps delete it here. */
  noteDropped(): void;
}

const STEP_MEMBERS = 5_000;

/**
 * @param store a connection to the log that reads; what it shows is durable
 * @param index of this store, or empty
 * @param stepMembers members of one stream that a step reads at most
 */
export function createViewIndexer(store: Store, index: ViewIndex, stepMembers = STEP_MEMBERS): ViewIndexer {
  const readState = createStoreStateReader(store);
  const filler = createViewFiller(store, index);
  const views = index.transaction(() => filler.open(readState()))();
  const byStream = Map.groupBy(views, ({ indexed }) => indexed.streamId);
  let hasDropped = true;

  const step = index.transaction(() => {
    const state = readState();
    const moved = new Set<OpenView>();
    let isBehind = false;
    for (const [streamId, ofStream] of byStream) {
      const stream = streamOf(state, streamId);
      if (!stream.live) continue;
      for (const view of filler.addNext(stream, ofStream, stepMembers)) moved.add(view);
      isBehind ||= ofStream.some(({ indexed }) => indexed.nextOrdinal < stream.memberCount);
    }
    for (const view of views) if (filler.settle(view, state)) moved.add(view);
    for (const view of moved) filler.save(view);
    // Room can wait, members cannot.
    const forgot = !isBehind && hasDropped && views.some((view) => filler.forgetDropped(view, state));
    hasDropped &&= isBehind || forgot;
    return { moved: [...moved].map(({ indexed }) => indexed), goesOn: isBehind || forgot, forgot };
  });

  return {
    step() {
      const { moved, goesOn, forgot } = step();
      if (forgot) filler.reclaim();
      return { moved, goesOn };
    },
    heads: () => views.map(({ indexed }) => indexed),
    noteDropped() {
      hasDropped = true;
    },
  };
}
