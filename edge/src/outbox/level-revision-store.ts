import type { DatastreamDescription, DatastreamKey, EpochMs } from '@meetbrug/protocols/observation';
import { formatDecimal } from '@meetbrug/protocols/observation';
import type Database from 'better-sqlite3';
import type { DatedHeights, LevelRevision } from '../descriptions/plan-revisions.ts';
import { reviseLevels } from '../descriptions/revise-levels.ts';
import type { NormalisedObservation } from '../normalise/normalised-observation.ts';
import { rowChecksum, type UplinkRow } from './row-checksum.ts';
import { decodeObservations } from './stored-observations.ts';

/** Rows that one transaction looks at. */
const ROWS_CHUNK = 500;
const FORGET_CHUNK = 1_000;

/** A part of the kept rows, by row id: from the first to before the second. */
export type RowPositions = readonly [from: number, end: number];

export interface RevisedChunk {
  /** Where the next chunk begins. */
  readonly next: number;
  readonly corrections: readonly NormalisedObservation[];
}

/** Which dated heights the kept levels agree with, and which levels were corrected. Part of the caller's transaction. */
export class LevelRevisionStore {
  readonly #applied: Database.Statement<[string], string>;
  readonly #noteApplied: Database.Statement<[string, string]>;
  readonly #rows: Database.Statement<[number, number, number], UplinkRow>;
  readonly #revised: Database.Statement<[string, number], string>;
  readonly #noteRevised: Database.Statement<[string, number, string, number]>;
  readonly #forget: Database.Statement<[number, number]>;

  constructor(connection: Database.Database) {
    this.#applied = connection
      .prepare<[string], string>('SELECT dated FROM level_histories WHERE datastream = ?')
      .pluck();
    this.#noteApplied = connection.prepare('INSERT OR REPLACE INTO level_histories VALUES (?, ?)');
    this.#rows = connection.prepare('SELECT * FROM uplinks WHERE id >= ? AND id < ? ORDER BY id LIMIT ?');
    this.#revised = connection
      .prepare<[string, number], string>('SELECT value FROM revised_levels WHERE datastream = ? AND begin_ms = ?')
      .pluck();
    this.#noteRevised = connection.prepare('INSERT OR REPLACE INTO revised_levels VALUES (?, ?, ?, ?)');
    this.#forget = connection.prepare(
      `DELETE FROM revised_levels WHERE (datastream, begin_ms) IN
       (SELECT datastream, begin_ms FROM revised_levels WHERE revised_ms < ? LIMIT ?)`,
    );
  }

  /** The dated heights that the kept levels of a local level's datastream agree with; none before the first change. */
  appliedHeights(level: DatastreamKey): DatedHeights {
    const text = this.#applied.get(level);
    return text === undefined ? [] : (JSON.parse(text) as DatedHeights);
  }

  noteAppliedHeights({ history, dated }: LevelRevision): void {
    this.#noteApplied.run(history.datastreams.local.key, JSON.stringify(dated));
  }

  /** Looks at a chunk of rows. A row whose checksum is wrong is left to the reader that sends it. */
  revise(
    [from, end]: RowPositions,
    revisions: ReadonlyMap<DatastreamKey, LevelRevision>,
    description: (id: number) => DatastreamDescription | undefined,
    nowMs: EpochMs,
  ): RevisedChunk {
    const rows = this.#rows.all(from, end, ROWS_CHUNK);
    const corrections = rows.flatMap((row) => {
      if (rowChecksum(row) !== row.checksum) return [];
      const kept = decodeObservations(row.observations).flatMap(([id, beginMs, , resultMs, value, quality]) => {
        const datastream = description(id)?.datastream;
        return datastream === undefined ? [] : [{ datastream, beginMs, resultMs, value, quality }];
      });
      const revised = reviseLevels(kept, revisions, (level, beginMs) => this.#revised.get(level, beginMs));
      for (const { datastream, beginMs, value } of revised) {
        this.#noteRevised.run(datastream.key, beginMs, formatDecimal(value), nowMs);
      }
      return revised;
    });
    const last = rows.length < ROWS_CHUNK ? undefined : rows.at(-1)?.id;
    return { next: last === undefined ? end : last + 1, corrections };
  }

  /**
   * Deletes a chunk of what was noted before a moment. When the row of a distance outlives the note of its correction, a
   * later change sends that level once more, and the cloud recognises what it has.
   */
  forgetOld(beforeMs: EpochMs): void {
    this.#forget.run(beforeMs, FORGET_CHUNK);
  }
}
