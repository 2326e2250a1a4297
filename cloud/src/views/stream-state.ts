import { type LogTable, logTableOf } from '../log/log-table.ts';
import type { Store } from '../log/open-store.ts';

/** Where a stream stands in the store. */
export interface StreamState {
  readonly id: number;
  readonly organisation: string;
  readonly name: string;
  readonly table: LogTable;
  readonly memberCount: number;
  readonly closed: boolean;
  readonly live: boolean;
}

export interface StoreState {
  readonly streams: ReadonlyMap<number, StreamState>;
  /** Of the newest commit in any stream: no later one has an older stamp. */
  readonly lastStampMs: number;
}

interface StreamRow {
  id: number;
  organisation: string;
  name: string;
  next_ordinal: number;
  last_stamp_ms: number;
  closed: number;
  live: number;
}

const SELECT = 'SELECT id, organisation, name, next_ordinal, last_stamp_ms, closed, live FROM stream';

/** Reads where one stream stands. */
export function createStreamFinder(store: Store): (organisation: string, name: string) => StreamState | undefined {
  const find = store.prepare<[string, string], StreamRow>(`${SELECT} WHERE organisation = ? AND name = ?`);
  return (organisation, name) => {
    const row = find.get(organisation, name);
    return row && toState(row);
  };
}

/** Reads where all streams stand, at one moment. */
export function createStoreStateReader(store: Store): () => StoreState {
  const all = store.prepare<[], StreamRow>(SELECT);
  return () => {
    const rows = all.all();
    return {
      streams: new Map(rows.map((row) => [row.id, toState(row)])),
      lastStampMs: rows.reduce((newest, row) => Math.max(newest, row.last_stamp_ms), 0),
    };
  };
}

function toState({ id, organisation, name, next_ordinal, closed, live }: StreamRow): StreamState {
  const table = logTableOf({ organisation, name });
  return { id, organisation, name, table, memberCount: next_ordinal, closed: closed === 1, live: live === 1 };
}
