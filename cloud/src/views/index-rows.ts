import type { ViewIndex } from './open-index.ts';

/** How far a view has come; see the schema. */
export interface IndexedView {
  readonly id: number;
  readonly streamId: number;
  readonly name: string;
  readonly nextOrdinal: number;
  readonly lastStampMs: number;
  readonly settledMs: number;
  readonly fillUntil: number;
}

/** Until a stream is served it has no end to fill its views to. */
export const NEVER_FILLED = Number.MAX_SAFE_INTEGER;

interface ViewRow {
  id: number;
  stream: number;
  name: string;
  next_ordinal: number;
  last_stamp_ms: number;
  settled_ms: number;
  fill_until: number;
}

const COLUMNS = 'id, stream, name, next_ordinal, last_stamp_ms, settled_ms, fill_until';

/** The rows of views in the index, by whoever fills it. */
export function createIndexRows(index: ViewIndex) {
  const all = index.prepare<[], ViewRow>(`SELECT ${COLUMNS} FROM view ORDER BY id`);
  const insert = index.prepare<[number, string, number, number]>(
    'INSERT INTO view (stream, name, next_ordinal, last_stamp_ms, settled_ms, fill_until) VALUES (?, ?, ?, 0, 0, ?)',
  );
  const update = index.prepare<[number, number, number, number, number]>(
    'UPDATE view SET next_ordinal = ?, last_stamp_ms = ?, settled_ms = ?, fill_until = ? WHERE id = ?',
  );
  return {
    all: () => all.all().map(toIndexedView),
    insert: (streamId: number, name: string, nextOrdinal: number) =>
      void insert.run(streamId, name, nextOrdinal, NEVER_FILLED),
    update: (view: IndexedView) =>
      void update.run(view.nextOrdinal, view.lastStampMs, view.settledMs, view.fillUntil, view.id),
  };
}

/** Finds the row of a view. */
export function prepareFindView(index: ViewIndex): (streamId: number, name: string) => IndexedView | undefined {
  const find = index.prepare<[number, string], ViewRow>(`SELECT ${COLUMNS} FROM view WHERE stream = ? AND name = ?`);
  return (streamId, name) => {
    const row = find.get(streamId, name);
    return row && toIndexedView(row);
  };
}

function toIndexedView(row: ViewRow): IndexedView {
  return {
    id: row.id,
    streamId: row.stream,
    name: row.name,
    nextOrdinal: row.next_ordinal,
    lastStampMs: row.last_stamp_ms,
    settledMs: row.settled_ms,
    fillUntil: row.fill_until,
  };
}
