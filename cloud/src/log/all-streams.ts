import { ALL_ORGANISATIONS } from '@meetbrug/protocols/ldes';
import { type AllBars, openAllBars } from './all-bars.ts';
import type { Store } from './open-store.ts';
import { createStreamTable, type OpenStream, type StreamTable } from './streams.ts';

/** Which streams of all organisations there are, and whose members they take. */
export interface AllStreamSettings {
  readonly themes: readonly string[];
  /** Streams whose members enter none, as `organisation/stream`. */
  readonly without: readonly string[];
}

export interface AllStreams {
  /**
   * Adds a bounded part of what existed before, in the caller's transaction; false when there was nothing left to add. To
   * be asked until then; what is committed in between keeps its place behind what came before.
   */
  fill(): boolean;
}

/** Members that one step of filling adds at most. */
const STEP_MEMBERS = 5_000;
const SOURCE_MEMBERS_MIN = 100;

interface Source {
  readonly id: number;
  readonly organisation: string;
  readonly next_ordinal: number;
  /** How far it has been read; NULL when it has come into being since. */
  readonly read_to: number | null;
}

interface Candidate {
  readonly source: number;
  readonly ordinal: number;
  readonly stampMs: number;
}

/**
 * Opens the streams, each with those of all organisations for its theme. A member of a theme's stream enters the theme's
 * `all` stream in the transaction that commits it, under an ordinal of its own, once what existed before has been added in
 * the order of stamp, stream and ordinal, but for what was committed while its stream stayed out. A stream that is no longer configured stands still, and catches up when it is
 * again.
 */
export function openAllStreams(
  store: Store,
  { themes, without }: AllStreamSettings,
): { readonly streams: StreamTable; readonly all: AllStreams } {
  const statements = prepare(store);
  const targets = new Map<string, OpenStream>();
  const staysOut = (organisation: string, name: string) => without.includes(`${organisation}/${name}`);
  const bars: AllBars = store.transaction(() => openAllBars(store, staysOut))();
  const streams = createStreamTable(store, (organisation, name, id) => {
    if (organisation === ALL_ORGANISATIONS) return undefined;
    if (staysOut(organisation, name)) {
      bars.note(id);
      return undefined;
    }
    const target = targets.get(name);
    return (
      target &&
      ((ordinal, stampMs) => {
        if (target.live) statements.append.run(target.id, streams.append(target, stampMs), stampMs, id, ordinal);
      })
    );
  });
  store.transaction(() => {
    for (const { name } of statements.liveThemes.all(ALL_ORGANISATIONS)) {
      if (!themes.includes(name)) pause(statements, streams.open(ALL_ORGANISATIONS, name));
    }
    for (const theme of themes) targets.set(theme, streams.open(ALL_ORGANISATIONS, theme));
    streams.saveHeads();
  })();

  const fillOne = (target: OpenStream) => {
    const existing = statements.sources.all(target.id, target.name, ALL_ORGANISATIONS);
    const sources = existing
      .filter(({ organisation }) => !staysOut(organisation, target.name))
      .map((source) => ({ ...source, read_to: Math.max(source.read_to ?? 0, bars.firstOf(source.id)) }));
    const { members, isWhole } = mergeNext(statements, sources);
    // One that stays out now and enters one day does so from then on: its older members would fall behind newer stamps.
    const readTo = new Map(existing.map((source) => [source.id, source.next_ordinal]));
    for (const source of sources) readTo.set(source.id, source.read_to);
    for (const { source, ordinal, stampMs } of members) {
      statements.append.run(target.id, streams.append(target, stampMs), stampMs, source, ordinal);
      readTo.set(source, ordinal + 1);
    }
    for (const [source, ordinal] of readTo) statements.setRead.run(target.id, source, ordinal);
    target.live = isWhole;
    target.changed = true;
  };

  const all: AllStreams = {
    fill() {
      const filling = [...targets.values()].find(({ live }) => !live);
      if (filling === undefined) return false;
      fillOne(filling);
      return true;
    },
  };
  return { streams, all };
}

/** Notes how far each stream was taken, to go on from there one day. */
function pause(statements: Statements, target: OpenStream): void {
  for (const { id, next_ordinal } of statements.sources.all(target.id, target.name, ALL_ORGANISATIONS)) {
    statements.setRead.run(target.id, id, next_ordinal);
  }
  target.live = false;
  target.changed = true;
}

/**
 * The next members of all sources together, in order. Of each source only a few are read, so what follows is known only up
 * to where the first of those that have more ends.
 */
function mergeNext(statements: Statements, sources: readonly Source[]) {
  const limit = Math.max(SOURCE_MEMBERS_MIN, Math.floor(STEP_MEMBERS / Math.max(1, sources.length)));
  const parts = sources.map((source) => {
    const from = source.read_to ?? 0;
    const rows = statements.stamps.all(source.id, from, limit);
    const read = rows.map((row): Candidate => ({ source: source.id, ordinal: row.ordinal, stampMs: row.stamp_ms }));
    return { read, hasMore: from + rows.length < source.next_ordinal };
  });
  const ends = parts.flatMap(({ read, hasMore }) => (hasMore ? read.slice(-1) : []));
  const end = ends.toSorted(inOrder)[0];
  const members = parts.flatMap(({ read }) => read).toSorted(inOrder);
  return {
    members: end === undefined ? members : members.filter((member) => inOrder(member, end) <= 0),
    isWhole: end === undefined,
  };
}

function inOrder(a: Candidate, b: Candidate): number {
  return a.stampMs - b.stampMs || a.source - b.source || a.ordinal - b.ordinal;
}

type Statements = ReturnType<typeof prepare>;

function prepare(store: Store) {
  return {
    append: store.prepare<[number, number, number, number, number]>(
      'INSERT INTO all_log (stream, ordinal, stamp_ms, source_stream, source_ordinal) VALUES (?, ?, ?, ?, ?)',
    ),
    liveThemes: store.prepare<[string], { name: string }>(
      'SELECT name FROM stream WHERE organisation = ? AND live = 1',
    ),
    sources: store.prepare<[number, string, string], Source>(`
      SELECT stream.id, stream.organisation, stream.next_ordinal, all_source.next_ordinal AS read_to
      FROM stream LEFT JOIN all_source ON all_source.stream = ? AND all_source.source_stream = stream.id
      WHERE stream.name = ? AND stream.organisation <> ? ORDER BY stream.id`),
    stamps: store.prepare<[number, number, number], { ordinal: number; stamp_ms: number }>(
      // What has expired can leave any time, so it enters nothing.
      `SELECT ordinal, stamp_ms FROM log LEFT JOIN stream_cutoff USING (stream)
       WHERE stream = ? AND ordinal >= ? AND stamp_ms >= coalesce(cutoff_ms, stamp_ms) ORDER BY ordinal LIMIT ?`,
    ),
    setRead: store.prepare<[number, number, number]>(`
      INSERT INTO all_source (stream, source_stream, next_ordinal) VALUES (?, ?, ?)
      ON CONFLICT (stream, source_stream) DO UPDATE SET next_ordinal = excluded.next_ordinal`),
  };
}
