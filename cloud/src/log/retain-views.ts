import {
  type BucketedView,
  BY_PAGE,
  type FirstLevelNode,
  generationOf,
  generationPeriod,
  type KeyedView,
  planRetention,
} from '@meetbrug/protocols/ldes';
import { logTableOf } from './log-table.ts';
import type { Store } from './open-store.ts';
import { createStampReader, type StampReader } from './stamps.ts';
import type { StreamHead } from './streams.ts';
import type { StoredView, ViewTable } from './views.ts';

/** Nodes of one view that one round looks at; the next round goes on. */
const NODES_MAX = 200;

/** A first-level node that is full or over, and what `dropped` becomes once it is gone. */
interface Candidate extends FirstLevelNode {
  readonly droppedThen: number;
}

/**
 * Drops the oldest first-level nodes of each view, as its retention allows, in the caller's transaction; the log keeps its
 * rows. Returns the views that lost something. Time is the last commit's, so a clock that is ahead drops nothing early.
 * A closed stream is left as it is: all its pages were said to be final.
 */
export function retainViews(
  store: Store,
  views: ViewTable,
  heads: readonly StreamHead[],
  lastStampMs: number,
): StoredView[] {
  const stampOf = createStampReader(store);
  const changed: StoredView[] = [];
  for (const head of heads.filter(({ closed, live, memberCount }) => live && !closed && memberCount > 0)) {
    for (const view of views.list(head.id)) {
      const { definition, retention } = view;
      if (retention === undefined || definition.kind === 'latest') continue;
      const nodes = candidates(stampOf, head, definition, view.dropped, lastStampMs);
      const last = nodes[planRetention(retention, nodes, lastStampMs) - 1];
      if (last === undefined) continue;
      views.setDropped(head.id, definition.name, last.droppedThen);
      changed.push({ ...view, dropped: last.droppedThen });
    }
  }
  return changed;
}

function candidates(
  stampOf: StampReader,
  head: StreamHead,
  view: BucketedView,
  dropped: number,
  lastStampMs: number,
): Candidate[] {
  const stamp = (ordinal: number) => stampOf(logTableOf(head), head.id, ordinal);
  return view.kind === BY_PAGE
    ? fullIndexNodes(view.pageSize * view.fanOut, head.memberCount, dropped, stamp)
    : pastMonths(view, dropped === 0 ? stamp(0) : dropped, lastStampMs);
}

function fullIndexNodes(
  span: number,
  memberCount: number,
  dropped: number,
  stamp: (ordinal: number) => number,
): Candidate[] {
  const full = Math.min(Math.floor(memberCount / span), dropped + NODES_MAX);
  return Array.from({ length: Math.max(0, full - dropped) }, (_, index) => ({
    lastMs: stamp((dropped + index + 1) * span - 1),
    droppedThen: dropped + index + 1,
  }));
}

/** Months count as lasting to their end, whatever the last stamp in them. */
function pastMonths(view: KeyedView, firstMs: number, lastStampMs: number): Candidate[] {
  const months: Candidate[] = [];
  for (let ms = firstMs; months.length < NODES_MAX; ) {
    const period = generationPeriod(generationOf(view, ms).slice(0, 1));
    if (period === undefined || period.untilMs > lastStampMs) break;
    months.push({ lastMs: period.untilMs - 1, droppedThen: period.untilMs });
    ms = period.untilMs;
  }
  return months;
}
