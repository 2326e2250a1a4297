import { BY_PAGE, type ViewDefinition } from '@meetbrug/protocols/ldes';
import type { PageRequest, SeenState } from '../ldes/page-request.ts';
import type { StreamHead } from '../log/streams.ts';
import type { StoredView } from '../log/views.ts';
import type { ServedView, ServedViews } from './served-views.ts';
import type { IndexHead } from './view-indexer.ts';

/** What is served, kept up to date by what writer and indexer say. */
export interface ViewDirectory extends ServedViews {
  setHeads(heads: readonly StreamHead[]): void;
  setViews(views: readonly StoredView[]): void;
  setIndexed(heads: readonly IndexHead[]): void;
  /**
   * A document was made from a state that is newer than what was told. It may be final and lead to what is kept as open
   * from before: that must not be shown any more, so the newer state counts from now on.
   */
  see(page: Pick<PageRequest, 'organisation' | 'stream' | 'view'>, seen: SeenState): void;
}

/** @param isServed whether a stream has a feed: the store keeps others too */
export function createViewDirectory(isServed: (organisation: string, stream: string) => boolean): ViewDirectory {
  const streams = new Map<string, StreamHead>();
  const heads = new Map<number, StreamHead>();
  const views = new Map<string, StoredView>();
  const indexed = new Map<string, IndexHead>();
  /** What was found since something changed: every page from memory asks. */
  const served = new Map<string, ServedView>();

  /** What is told may be older than what was seen. */
  const putHead = (head: StreamHead) => {
    served.clear();
    const known = heads.get(head.id);
    const memberCount = Math.max(head.memberCount, known?.memberCount ?? 0);
    const newest = { ...head, memberCount, closed: head.closed || known?.closed === true };
    streams.set(`${head.organisation}/${head.name}`, newest);
    heads.set(head.id, newest);
  };
  const putIndexed = (head: IndexHead) => {
    served.clear();
    const key = keyOf(head.streamId, head.name);
    const known = indexed.get(key);
    const nextOrdinal = Math.max(head.nextOrdinal, known?.nextOrdinal ?? 0);
    indexed.set(key, { ...head, nextOrdinal, settledMs: Math.max(head.settledMs, known?.settledMs ?? 0) });
  };

  const toServed = (head: StreamHead, view: StoredView): ServedView => ({
    organisation: head.organisation,
    stream: head.name,
    definition: view.definition,
    retention: view.retention,
    version: versionOf(head, view, indexed.get(keyOf(head.id, view.definition.name))),
    droppedVersion: String(view.dropped),
    closed: head.closed,
  });

  return {
    setHeads(moved) {
      for (const head of moved) if (head.live && isServed(head.organisation, head.name)) putHead(head);
    },
    setViews(changed) {
      served.clear();
      for (const view of changed) views.set(keyOf(view.streamId, view.definition.name), view);
    },
    setIndexed(moved) {
      for (const head of moved) putIndexed(head);
    },
    see({ organisation, stream, view: name = BY_PAGE }, { memberCount, settledMs, closed }) {
      const head = streams.get(`${organisation}/${stream}`);
      const view = head && views.get(keyOf(head.id, name));
      if (head === undefined || view === undefined) return;
      if (!isKeyed(view.definition)) return putHead({ ...head, memberCount, closed });
      putHead({ ...head, closed });
      const known = indexed.get(keyOf(head.id, name));
      if (known !== undefined) putIndexed({ ...known, nextOrdinal: memberCount, settledMs });
    },
    find(organisation, stream, name) {
      const key = `${organisation}/${stream}/${name}`;
      const known = served.get(key);
      if (known !== undefined) return known;
      const head = streams.get(`${organisation}/${stream}`);
      const view = head && views.get(keyOf(head.id, name));
      const made = head && view && toServed(head, view);
      if (made !== undefined) served.set(key, made);
      return made;
    },
    list: () =>
      [...views.values()].flatMap((view) => {
        const head = heads.get(view.streamId);
        return head === undefined ? [] : [toServed(head, view)];
      }),
  };
}

function keyOf(streamId: number, view: string): string {
  return `${streamId}/${view}`;
}

function isKeyed({ kind }: ViewDefinition): boolean {
  return kind !== BY_PAGE && kind !== 'latest';
}

/** A keyed view moves when the index does; `by-page` and `latest` with their stream. Both when something closes or goes. */
function versionOf({ memberCount, closed }: StreamHead, { definition, dropped }: StoredView, head?: IndexHead): string {
  const isFilled = (head?.nextOrdinal ?? 0) >= (head?.fillUntil ?? 0);
  const moves = isKeyed(definition) ? `${head?.nextOrdinal} ${head?.settledMs} ${isFilled}` : String(memberCount);
  // What a closed stream ends with is final only when the index has it too.
  return `${moves} ${dropped} ${closed ? `closed at ${memberCount}` : 'open'}`;
}
