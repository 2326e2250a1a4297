import type { Store } from './open-store.ts';

/** Where a stream stands: members 0 to `memberCount - 1` are committed. */
export interface StreamHead {
  readonly id: number;
  readonly organisation: string;
  readonly name: string;
  readonly memberCount: number;
  readonly lastStampMs: number;
}

/** A stream while a transaction appends to it. */
export interface OpenStream {
  readonly id: number;
  readonly organisation: string;
  readonly name: string;
  nextOrdinal: number;
  lastStampMs: number;
  changed: boolean;
}

export interface StreamTable {
  /** Finds a stream or makes an empty one. */
  open(organisation: string, name: string): OpenStream;
  /** Gives the next ordinal: dense from 0, in the order of the commit. */
  append(stream: OpenStream, stampMs: number): number;
  /** The stamp that no later commit may fall before. */
  lastStampMs(): number;
  /** Writes the heads that moved, inside the transaction that moved them, and returns them. */
  saveHeads(): StreamHead[];
  heads(): StreamHead[];
}

export function createStreamTable(store: Store): StreamTable {
  const select = store.prepare<[string, string], { id: number; next_ordinal: number; last_stamp_ms: number }>(
    'SELECT id, next_ordinal, last_stamp_ms FROM stream WHERE organisation = ? AND name = ?',
  );
  const insert = store.prepare<[string, string]>('INSERT INTO stream (organisation, name) VALUES (?, ?)');
  const update = store.prepare<[number, number, number]>(
    'UPDATE stream SET next_ordinal = ?, last_stamp_ms = ? WHERE id = ?',
  );
  const newest = store.prepare<[], { stamp: number | null }>('SELECT max(last_stamp_ms) AS stamp FROM stream');
  const streams = new Map<string, OpenStream>();
  let lastStampMs = newest.get()?.stamp ?? 0;

  const open = (organisation: string, name: string): OpenStream => {
    const key = `${organisation}/${name}`;
    const known = streams.get(key);
    if (known !== undefined) return known;
    if (select.get(organisation, name) === undefined) insert.run(organisation, name);
    const row = select.get(organisation, name);
    if (row === undefined) throw new Error(`stream ${key} vanished`);
    const stream: OpenStream = {
      id: row.id,
      organisation,
      name,
      nextOrdinal: row.next_ordinal,
      lastStampMs: row.last_stamp_ms,
      changed: false,
    };
    streams.set(key, stream);
    return stream;
  };

  return {
    open,
    append(stream, stampMs) {
      stream.changed = true;
      stream.lastStampMs = stampMs;
      lastStampMs = Math.max(lastStampMs, stampMs);
      return stream.nextOrdinal++;
    },
    lastStampMs: () => lastStampMs,
    saveHeads() {
      const moved = [...streams.values()].filter((stream) => stream.changed);
      for (const stream of moved) {
        update.run(stream.nextOrdinal, stream.lastStampMs, stream.id);
        stream.changed = false;
      }
      return moved.map(toHead);
    },
    heads: () => [...streams.values()].map(toHead),
  };
}

function toHead({ id, organisation, name, nextOrdinal, lastStampMs }: OpenStream): StreamHead {
  return { id, organisation, name, memberCount: nextOrdinal, lastStampMs };
}
