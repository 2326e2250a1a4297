import { ALL_ORGANISATIONS } from '@meetbrug/protocols/ldes';
import type { Store } from './open-store.ts';

/**
 * What was committed while a stream stayed out of the streams of all organisations, because it is private say, never
 * enters them, however the configuration changes later. `next_ordinal` is the first that may; `is_out` how it stood when
 * the store was last opened.
 */
export const ALL_BAR_SCHEMA = `
CREATE TABLE all_bar (
  source_stream INTEGER PRIMARY KEY,
  next_ordinal INTEGER NOT NULL,
  is_out INTEGER NOT NULL
);
`;

export interface AllBars {
  /** The first ordinal of a stream that may enter a stream of all organisations. */
  firstOf(sourceStream: number): number;
  /** A stream that stays out came into being. */
  note(sourceStream: number): void;
}

interface StreamRow {
  readonly id: number;
  readonly organisation: string;
  readonly name: string;
  readonly next_ordinal: number;
  readonly is_out: number | null;
}

/** Brings the bars up to date, in the caller's transaction; to be done before anything is committed. */
export function openAllBars(store: Store, staysOut: (organisation: string, name: string) => boolean): AllBars {
  const streams = store.prepare<[string], StreamRow>(`
    SELECT id, organisation, name, stream.next_ordinal, is_out FROM stream
    LEFT JOIN all_bar ON source_stream = id WHERE organisation <> ?`);
  const set = store.prepare<[number, number, number]>(`
    INSERT INTO all_bar (source_stream, next_ordinal, is_out) VALUES (?, ?, ?)
    ON CONFLICT (source_stream) DO UPDATE SET next_ordinal = excluded.next_ordinal, is_out = excluded.is_out`);
  const first = store.prepare<[number], { next_ordinal: number }>(
    'SELECT next_ordinal FROM all_bar WHERE source_stream = ?',
  );
  const note = store.prepare<[number]>(
    'INSERT OR IGNORE INTO all_bar (source_stream, next_ordinal, is_out) VALUES (?, 0, 1)',
  );
  for (const { id, organisation, name, next_ordinal, is_out } of streams.all(ALL_ORGANISATIONS)) {
    const isOut = staysOut(organisation, name);
    if (isOut || is_out === 1) set.run(id, next_ordinal, isOut ? 1 : 0);
  }
  return {
    firstOf: (sourceStream) => first.get(sourceStream)?.next_ordinal ?? 0,
    note: (sourceStream) => void note.run(sourceStream),
  };
}
