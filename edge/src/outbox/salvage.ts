import { rangesContain, rangesOf, type SequenceRange } from '@meetbrug/protocols/delivery';
import Database from 'better-sqlite3';
import { rowChecksum, type UplinkRow } from './row-checksum.ts';
import type { StoredGap } from './stored-gaps.ts';
import { decodeObservations, descriptionsOf } from './stored-observations.ts';
import { UplinkRows } from './uplink-rows.ts';

/** What could be saved out of a damaged outbox, and what could not. */
export interface Salvage {
  readonly savedCount: number;
  /** Sequences (in the numbering of the damaged file) that were not acknowledged and cannot be read. */
  readonly lost: readonly SequenceRange[];
  /** Whether the end of the numbering is known; if not, uplinks after the last lost or saved one may be gone too. */
  readonly endKnown: boolean;
}

interface OldState {
  readonly sequence_offset: number;
  readonly next_id: number;
  readonly acknowledged: string;
  /** Absent in a file of an older schema. */
  readonly gaps_row_id?: number;
  readonly gaps_reported_ms?: number;
}

const READ_CHUNK = 200;
/** After an unreadable place the search goes on behind it, in growing steps: a page holds few rows. */
const SKIP_MAX = 4_096;
const COPIED_TABLES = [
  'descriptions',
  'quarantine',
  'seen_chunks',
  'seen_tail',
  'count_cells',
  'level_histories',
  'revised_levels',
  'counters',
  'session_counters',
  'gaps',
  'unknown_devices',
] as const;

/**
 * Copies what is readable out of a damaged file into a new one: descriptions, quarantine, deduplication window, open sums and
 * the uplinks that the cloud has not acknowledged, each held to its checksum. Never throws for what is in the damaged file.
 */
export function salvageInto(target: Database.Database, damagedFile: string): Salvage {
  let damaged: Database.Database;
  try {
    damaged = new Database(damagedFile, { fileMustExist: true });
  } catch {
    return { savedCount: 0, lost: [], endKnown: false };
  }
  try {
    return target.transaction(() => copyReadable(damaged, target)).immediate();
  } finally {
    damaged.close();
  }
}

function copyReadable(damaged: Database.Database, target: Database.Database): Salvage {
  for (const table of COPIED_TABLES) copyTable(damaged, target, table);
  const described = new Set(target.prepare('SELECT id FROM descriptions').pluck().all() as number[]);
  const state = attempt(() => damaged.prepare<[], OldState>('SELECT * FROM state').get());
  const offset = state?.sequence_offset ?? 0;
  const acknowledged = JSON.parse(state?.acknowledged ?? '[]') as SequenceRange[];
  const lastId = state === undefined ? highestReadableId(damaged) : state.next_id - 1;

  const rows = new UplinkRows(target);
  const saved: number[] = [];
  for (const row of readableRows(damaged, lastId)) {
    if (rangesContain(acknowledged, row.id + offset)) continue;
    if (rowChecksum(row) !== row.checksum) continue;
    const reported = row.gaps == null ? [] : (JSON.parse(row.gaps) as StoredGap[]);
    const named = [
      ...decodeObservations(row.observations).flatMap(descriptionsOf),
      ...reported.flatMap(([description]) => description ?? []),
    ];
    if (!named.every((description) => described.has(description))) continue;
    rows.insert({ ...row, gaps: row.gaps ?? null });
    saved.push(row.id + offset);
  }
  target
    .prepare(
      'UPDATE state SET sequence_offset = ?, next_id = ?, acknowledged = ?, gaps_row_id = ?, gaps_reported_ms = ?',
    )
    .run(offset, lastId + 1, JSON.stringify(acknowledged), state?.gaps_row_id ?? 0, state?.gaps_reported_ms ?? 0);
  const lost = complement([...acknowledged, ...rangesOf(saved)], lastId + offset);
  return { savedCount: saved.length, lost, endKnown: state !== undefined };
}

/** Sequences from 1 to `last` that lie in none of the ranges, which need not be sorted. */
function complement(ranges: readonly SequenceRange[], last: number): SequenceRange[] {
  const gaps: SequenceRange[] = [];
  let next = 1;
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (from > next) gaps.push([next, from - 1]);
    next = Math.max(next, to + 1);
  }
  if (next <= last) gaps.push([next, last]);
  return gaps;
}

/** Rows in rising id, past unreadable places. */
function* readableRows(damaged: Database.Database, lastId: number): Generator<UplinkRow> {
  const read = attempt(() =>
    damaged.prepare<[number, number], UplinkRow>('SELECT * FROM uplinks WHERE id >= ? ORDER BY id LIMIT ?'),
  );
  let next = 1;
  let skip = 1;
  while (read !== undefined && next <= lastId) {
    const from = next;
    const rows = attempt(() => read.all(from, READ_CHUNK)) ?? attempt(() => read.all(from, 1));
    if (rows === undefined) {
      next += skip;
      skip = Math.min(skip * 2, SKIP_MAX);
      continue;
    }
    if (rows.length === 0) return;
    yield* rows;
    next = (rows.at(-1) as UplinkRow).id + 1;
    skip = 1;
  }
}

function highestReadableId(damaged: Database.Database): number {
  return attempt(() => damaged.prepare<[], number>('SELECT max(id) FROM uplinks').pluck().get()) ?? 0;
}

function copyTable(damaged: Database.Database, target: Database.Database, table: (typeof COPIED_TABLES)[number]): void {
  attempt(() => {
    const read = damaged.prepare<[], unknown[]>(`SELECT * FROM ${table}`).raw();
    // By name: the damaged file may be of an older schema.
    const columns = read.columns().map(({ name }) => name);
    const insert = target.prepare<unknown[]>(
      `INSERT OR IGNORE INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    );
    for (const row of read.iterate()) insert.run(row);
  });
}

/** SQLite throws for what it cannot read; that is what salvage is about. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
