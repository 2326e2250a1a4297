import { generationOf, type KeyedView } from '@meetbrug/protocols/ldes';
import type { Store } from '../log/open-store.ts';
import { createStampFinder } from '../log/stamps.ts';
import { findOrdinal } from './find-ordinal.ts';
import { createDroppedForgetter } from './forget-dropped.ts';
import { createIndexRows, type IndexedView, NEVER_FILLED } from './index-rows.ts';
import { createViewAdder, type ViewAdder } from './index-view.ts';
import type { ViewIndex } from './open-index.ts';
import { createFactsReader } from './read-facts.ts';
import { createDroppedReader, keyedViews } from './stored-views.ts';
import type { StoreState, StreamState } from './stream-state.ts';

/** A view while its index is filled. */
export interface OpenView {
  indexed: IndexedView;
  readonly definition: KeyedView;
  adder: ViewAdder;
  /** What retention had dropped when its rows were last deleted here. */
  forgottenMs: number;
}

const DAY_MS = 86_400_000;

/** What filling views is made of; all of it inside the caller's transaction. */
export function createViewFiller(store: Store, index: ViewIndex) {
  const rows = createIndexRows(index);
  const facts = createFactsReader(store);
  const stampOf = createStampFinder(store);
  const droppedOf = createDroppedReader(store);
  const forgetter = createDroppedForgetter(index);

  const firstOrdinal = (stream: StreamState, atMs: number) =>
    atMs === 0 ? 0 : findOrdinal(stream.memberCount, (ordinal) => stampOf(stream.table, stream.id, ordinal), atMs);
  const openAdder = (stream: StreamState, { id }: IndexedView, definition: KeyedView) =>
    createViewAdder(index, facts, stream.table, { id, definition });

  return {
    /** All keyed views of the store. What was committed by now must be in before one is served. */
    open(state: StoreState): OpenView[] {
      const known = new Set(rows.all().map(({ streamId, name }) => `${streamId}/${name}`));
      const stored = keyedViews(store);
      for (const { streamId, definition, dropped } of stored) {
        if (known.has(`${streamId}/${definition.name}`)) continue;
        rows.insert(streamId, definition.name, firstOrdinal(streamOf(state, streamId), dropped));
      }
      const indexed = new Map(rows.all().map((row) => [`${row.streamId}/${row.name}`, row]));
      return stored.map(({ streamId, definition }) => {
        const row = indexed.get(`${streamId}/${definition.name}`);
        if (row === undefined) throw new Error(`view ${definition.name} of stream ${streamId} is not in the index`);
        const stream = streamOf(state, streamId);
        const filling = { ...row, fillUntil: stream.live ? stream.memberCount : NEVER_FILLED };
        rows.update(filling);
        return { indexed: filling, definition, adder: openAdder(stream, filling, definition), forgottenMs: 0 };
      });
    },

    /** Adds the next members of a stream, at most `membersMax`: to those of its views that are the furthest behind. */
    addNext(stream: StreamState, views: readonly OpenView[], membersMax: number): readonly OpenView[] {
      const places = views.map(({ indexed }) => indexed.nextOrdinal);
      const from = Math.min(...places);
      const end = Math.min(stream.memberCount, from + membersMax, ...places.filter((place) => place > from));
      if (end <= from) return [];
      const behind = views.filter(({ indexed }) => indexed.nextOrdinal === from);
      const members = facts.rows(stream.table, stream.id, from, end);
      for (const view of behind) {
        view.adder.add(members);
        view.adder.flush();
        const lastStampMs = members.at(-1)?.generatedMs ?? view.indexed.lastStampMs;
        view.indexed = { ...view.indexed, nextOrdinal: end, lastStampMs };
      }
      return behind;
    },

    /** What is committed later cannot be older than the last member that is in nor, when all are, than the last commit. */
    settle(view: OpenView, state: StoreState): boolean {
      const { memberCount, live } = streamOf(state, view.indexed.streamId);
      const { nextOrdinal, lastStampMs, settledMs, fillUntil } = view.indexed;
      const sinceMs = nextOrdinal === memberCount ? state.lastStampMs : lastStampMs;
      const settled = Math.max(settledMs, Math.floor(sinceMs / DAY_MS) * DAY_MS);
      const filled = live && fillUntil === NEVER_FILLED ? memberCount : fillUntil;
      if (settled === settledMs && filled === fillUntil) return false;
      view.indexed = { ...view.indexed, settledMs: settled, fillUntil: filled };
      return true;
    },

    save: (view: OpenView) => rows.update(view.indexed),

    /** Deletes a bounded part of what retention has dropped; false when nothing is left. */
    forgetDropped(view: OpenView, state: StoreState): boolean {
      const { streamId, name, nextOrdinal, id } = view.indexed;
      const dropped = droppedOf(streamId, name);
      if (dropped === view.forgottenMs) return false;
      const stream = streamOf(state, streamId);
      const first = firstOrdinal(stream, dropped);
      if (first > nextOrdinal) {
        // The member before it need not be in the store any more, so there is no stamp to know the log by.
        view.indexed = { ...view.indexed, nextOrdinal: first, lastStampMs: 0 };
        view.adder = openAdder(stream, view.indexed, view.definition);
        rows.update(view.indexed);
      }
      const [month = ''] = generationOf(view.definition, dropped);
      const goesOn = forgetter.forget(id, month, first);
      if (!goesOn) view.forgottenMs = dropped;
      return goesOn;
    },

    reclaim: () => forgetter.reclaim(),
  };
}

export function streamOf(state: StoreState, id: number): StreamState {
  const stream = state.streams.get(id);
  if (stream === undefined) throw new Error(`stream ${id} is not in the store`);
  return stream;
}
