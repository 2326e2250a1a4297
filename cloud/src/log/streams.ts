import { ALL_ORGANISATIONS } from '@meetbrug/protocols/ldes';
import type { Store } from './open-store.ts';

/** Where a stream stands: members 0 to `memberCount - 1` are committed. */
export interface StreamHead {
  readonly id: number;
  readonly organisation: string;
  readonly name: string;
  readonly memberCount: number;
  readonly lastStampMs: number;
  /** Takes no members any more, for good. */
  readonly closed: boolean;
  /** False for a stream of all organisations that does not hold everything yet: it is not served. */
  readonly live: boolean;
}

/** A stream while a transaction appends to it. */
export interface OpenStream {
  readonly id: number;
  readonly organisation: string;
  readonly name: string;
  nextOrdinal: number;
  lastStampMs: number;
  closed: boolean;
  live: boolean;
  changed: boolean;
  /** Told of each member in the transaction that gives it its ordinal. */
  readonly onAppended: OnAppended | undefined;
}

export type OnAppended = (ordinal: number, stampMs: number) => void;

export interface StreamTable {
  /** Finds a stream or makes an empty one. */
  open(organisation: string, name: string): OpenStream;
  /** Gives the next ordinal: dense from 0, in the order of the commit. Throws for a closed stream. */
  append(stream: OpenStream, stampMs: number): number;
  /** The stamp that no later commit may fall before. */
  lastStampMs(): number;
  /** Sees what another process has closed; to be asked first in each transaction. */
  refresh(): void;
  /** Writes the heads that moved, inside the transaction that moved them, and returns them. */
  saveHeads(): StreamHead[];
  heads(): StreamHead[];
}

interface StreamRow {
  id: number;
  next_ordinal: number;
  last_stamp_ms: number;
  closed: number;
  live: number;
}

/** @param follow who is to be told of what a stream gains; asked once, when the stream is opened */
export function createStreamTable(
  store: Store,
  follow: (organisation: string, name: string, id: number) => OnAppended | undefined = () => undefined,
): StreamTable {
  const statements = prepare(store);
  const streams = new Map<string, OpenStream>();
  let lastStampMs = statements.newest.get()?.stamp ?? 0;
  let seenVersion: unknown;

  const open = (organisation: string, name: string): OpenStream => {
    const key = `${organisation}/${name}`;
    const known = streams.get(key);
    if (known !== undefined) return known;
    const row = findOrMake(statements, organisation, name);
    const stream: OpenStream = {
      id: row.id,
      organisation,
      name,
      nextOrdinal: row.next_ordinal,
      lastStampMs: row.last_stamp_ms,
      closed: row.closed === 1,
      live: row.live === 1,
      changed: false,
      onAppended: follow(organisation, name, row.id),
    };
    streams.set(key, stream);
    return stream;
  };

  return {
    open,
    append(stream, stampMs) {
      if (stream.closed) throw new Error(`stream ${stream.organisation}/${stream.name} is closed`);
      stream.changed = true;
      stream.lastStampMs = stampMs;
      lastStampMs = Math.max(lastStampMs, stampMs);
      const ordinal = stream.nextOrdinal++;
      stream.onAppended?.(ordinal, stampMs);
      return ordinal;
    },
    lastStampMs: () => lastStampMs,
    refresh() {
      const version = statements.dataVersion.pluck().get();
      if (version === seenVersion) return;
      seenVersion = version;
      const closed = new Set(statements.closed.all().map(({ id }) => id));
      for (const stream of streams.values()) {
        if (stream.closed || !closed.has(stream.id)) continue;
        stream.closed = true;
        stream.changed = true;
      }
    },
    saveHeads() {
      const moved = [...streams.values()].filter((stream) => stream.changed);
      for (const stream of moved) {
        statements.update.run(stream.nextOrdinal, stream.lastStampMs, stream.live ? 1 : 0, stream.id);
        stream.changed = false;
      }
      return moved.map(toHead);
    },
    heads: () => [...streams.values()].map(toHead),
  };
}

function findOrMake(statements: ReturnType<typeof prepare>, organisation: string, name: string): StreamRow {
  const known = statements.select.get(organisation, name);
  if (known !== undefined) return known;
  statements.insert.run(organisation, name, organisation === ALL_ORGANISATIONS ? 0 : 1);
  const made = statements.select.get(organisation, name);
  if (made === undefined) throw new Error(`stream ${organisation}/${name} vanished`);
  return made;
}

function prepare(store: Store) {
  return {
    select: store.prepare<[string, string], StreamRow>(
      'SELECT id, next_ordinal, last_stamp_ms, closed, live FROM stream WHERE organisation = ? AND name = ?',
    ),
    insert: store.prepare<[string, string, number]>('INSERT INTO stream (organisation, name, live) VALUES (?, ?, ?)'),
    update: store.prepare<[number, number, number, number]>(
      'UPDATE stream SET next_ordinal = ?, last_stamp_ms = ?, live = ? WHERE id = ?',
    ),
    newest: store.prepare<[], { stamp: number | null }>('SELECT max(last_stamp_ms) AS stamp FROM stream'),
    // Other than before only when another connection has committed.
    dataVersion: store.prepare<[], { data_version: number }>('PRAGMA data_version'),
    closed: store.prepare<[], { id: number }>('SELECT id FROM stream WHERE closed = 1'),
  };
}

function toHead({ id, organisation, name, nextOrdinal, lastStampMs, closed, live }: OpenStream): StreamHead {
  return { id, organisation, name, memberCount: nextOrdinal, lastStampMs, closed, live };
}
